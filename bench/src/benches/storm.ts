import { withFleet } from '../fleet.ts';
import { percentile } from '../measure/percentile.ts';
import type { Report } from '../measure/report.ts';
import type { ServerUnderTest } from '../server-under-test.ts';
import { wallMs } from '../swarm/messages.ts';
import type { Swarm } from '../swarm/start-swarm.ts';
import { countEvents, countLost, tellGenerator } from './accounts.ts';

/*
 * All sockets end at once without a word; the agents come back by their own backoff while people go on using the
 * console: the first page of the devices list and the summary, from four readers.
 */

const READERS = 4;
const PAUSE_MS = 20;
const BACK_WITHIN_MS = 30_000;
const GIVE_UP_MS = 120_000;

/** See the head of this file. */
export async function storm(report: Report, { agents }: { agents: number }): Promise<void> {
  await withFleet(report, agents, async ({ server, swarm }) => {
    await swarm.connect(server.gateway);
    report.say('all are connected; a minute of ordinary life');
    await Bun.sleep(60_000);
    await swarm.figures();
    const begun = new Date();
    const reading = readConsole(server);
    const cutAtMs = wallMs();
    await swarm.cut();
    const backAtMs = await awaitComplete(swarm);
    // Stays on for as long as the storm may last, so that the readers also meet what it leaves behind.
    await Bun.sleep(Math.max(0, BACK_WITHIN_MS - (wallMs() - cutAtMs)));
    const consoleMs = await reading.stop();

    report.below('time until all are back', (backAtMs - cutAtMs) / 1_000, 's', BACK_WITHIN_MS / 1_000);
    report.percentileBelow('console API p95 meanwhile', consoleMs, percentile(consoleMs, 0.95), 300);
    report.tell('console API p99 meanwhile', percentile(consoleMs, 0.99), 'ms');
    report.below('console API failures', reading.failures(), 'count', 0);
    const figures = await swarm.figures();
    report.tell('failed handshakes', figures.failedHandshakes, 'count');
    report.say(`failed handshakes by reason: ${JSON.stringify(figures.handshakeFailures)}`);
    report.below('failed check-ins', figures.failedCheckIns, 'count', 0);
    tellGenerator(report, figures);
    await swarm.flush(30_000);
    report.below('false offline', await countEvents(server.sql(), 'device.offline', begun), 'count', 0);
    await countLost(report, server.sql(), await swarm.figures());
  });
}

async function awaitComplete(swarm: Swarm): Promise<number> {
  const deadline = wallMs() + GIVE_UP_MS;
  while (wallMs() < deadline) {
    const completeAtMs = await swarm.completeAt();
    if (completeAtMs > 0) return completeAtMs;
    await Bun.sleep(250);
  }
  return Number.POSITIVE_INFINITY;
}

/** Pages as people look at them, until stopped; gives each one's time in milliseconds. */
function readConsole({ api }: ServerUnderTest) {
  const times: number[] = [];
  let failures = 0;
  let isOver = false;
  const read = async (path: string) => {
    while (!isOver) {
      const begun = performance.now();
      await api('GET', path).catch(() => failures++);
      times.push(performance.now() - begun);
      await Bun.sleep(PAUSE_MS);
    }
  };
  const paths = ['/devices?limit=50', '/devices?limit=50&query=status%20%3D%20online', '/devices/summary'];
  const readers = Array.from({ length: READERS }, (_, at) => read(paths[at % paths.length] ?? ''));
  return {
    failures: () => failures,
    async stop(): Promise<number[]> {
      isOver = true;
      await Promise.all(readers);
      return times;
    },
  };
}
