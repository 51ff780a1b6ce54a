import { withFleet } from '../fleet.ts';
import { percentile } from '../measure/percentile.ts';
import type { Report } from '../measure/report.ts';
import { countLost, tellGenerator } from './accounts.ts';

/*
 * N agents with identities of their own over real TLS and the real protocol: a sample each 10 s, a ping each 15 s, a
 * check-in each minute, spread. Timed from sent to acknowledged, which the server does after commit.
 */

/** See the head of this file. */
export async function swarm(
  report: Report,
  { agents, minutes }: { agents: number; minutes: number },
): Promise<void> {
  await withFleet(report, agents, async ({ server, swarm: fleet, idleBytes }) => {
    const begun = performance.now();
    await fleet.connect(server.gateway);
    const connectedS = (performance.now() - begun) / 1_000;
    report.tell('time until all are connected', connectedS, 's');
    report.tell('handshakes', agents / connectedS, 'per s');

    // A minute of warm-up: everybody has checked in once.
    await Bun.sleep(65_000);
    await fleet.figures();
    const resident: number[] = [];
    for (let at = 0; at < minutes * 6; at++) {
      await Bun.sleep(10_000);
      resident.push(server.residentBytes());
    }
    const steady = await fleet.figures();
    const usedBytes = percentile(resident, 0.5);

    report.tell('connected', steady.connected, 'count');
    report.percentileBelow('check-in p99', steady.checkInMs, percentile(steady.checkInMs, 0.99), 100);
    report.tell('check-in p50', percentile(steady.checkInMs, 0.5), 'ms');
    report.below('server memory an agent', (usedBytes - idleBytes) / agents, 'bytes', 30_000);
    report.tell('server memory with all of them', usedBytes, 'bytes');
    report.tell('server memory with none', idleBytes, 'bytes');
    report.below('sockets lost', steady.lostSockets, 'count', 0);
    report.below('failed check-ins', steady.failedCheckIns, 'count', 0);
    report.below('frames answered with an error', steady.frameErrors, 'count', 0);
    tellGenerator(report, steady);
    await fleet.flush(30_000);
    await countLost(report, server.sql(), await fleet.figures());
  });
}
