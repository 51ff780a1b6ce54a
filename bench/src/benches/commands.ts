import { withFleet } from '../fleet.ts';
import { percentile } from '../measure/percentile.ts';
import type { Report } from '../measure/report.ts';
import type { ServerUnderTest } from '../server-under-test.ts';
import { type SeenCommand, wallMs } from '../swarm/messages.ts';
import type { Swarm } from '../swarm/start-swarm.ts';
import { tellGenerator } from './accounts.ts';

/*
 * From the click (the POST leaves) to the agent's acknowledgement: the server answered the agent's "received", which it
 * does after commit. One command after the other for the click; then one for each device as fast as they are accepted.
 */

const ONE_BY_ONE = 1_200;
const PARALLEL = 32;
const WARM_UP = 100;
const ALL_WITHIN_MS = 30_000;
/** A person may ask 1,000 times at once, and 100 times a second after that. */
const UNTIL_MAY_ASK_AGAIN_MS = 12_000;

/** See the head of this file. */
export async function commands(report: Report, { agents }: { agents: number }): Promise<void> {
  await withFleet(report, agents, async ({ server, swarm, deviceIds }) => {
    await swarm.connect(server.gateway);
    await Bun.sleep(15_000);
    await clickAll(server, deviceIds.slice(0, WARM_UP), 1);
    await collect(swarm, Math.min(WARM_UP, deviceIds.length));

    const turns = Array.from({ length: ONE_BY_ONE }, (_, at) => deviceIds[at % deviceIds.length] ?? '');
    const clicks = await clickAll(server, turns, 1);
    const seen = await collect(swarm, clicks.size);
    const times = seen.map((one) => one.acknowledgedAtMs - (clicks.get(one.commandId) ?? Number.NaN));
    report.percentileBelow('click to acknowledgement p95', times, percentile(times, 0.95), 50);
    report.tell('click to acknowledgement p50', percentile(times, 0.5), 'ms');
    report.below('clicks without acknowledgement', clicks.size - seen.length, 'count', 0);

    await Bun.sleep(UNTIL_MAY_ASK_AGAIN_MS);
    await swarm.figures();
    const begun = wallMs();
    const fan = await clickAll(server, deviceIds, PARALLEL);
    const acceptedMs = wallMs() - begun;
    const answers = await collect(swarm, fan.size);
    const last = Math.max(...answers.map((one) => one.acknowledgedAtMs));
    report.below(`all ${agents} devices acknowledge`, (last - begun) / 1_000, 's', 2);
    report.tell(`all accepted, ${PARALLEL} requests at a time`, acceptedMs / 1_000, 's');
    report.below('devices without acknowledgement', fan.size - answers.length, 'count', 0);
    tellGenerator(report, await swarm.figures());
  });
}

/** Asks each device for its processes, so many at a time; gives the wall time of each click by command. */
async function clickAll(
  { api }: ServerUnderTest,
  deviceIds: readonly string[],
  parallel: number,
): Promise<Map<string, number>> {
  const clicks = new Map<string, number>();
  let next = 0;
  const work = async () => {
    for (let id = deviceIds[next++]; id; id = deviceIds[next++]) {
      const atMs = wallMs();
      const path = `/devices/${id}/commands/process.list`;
      const command = await api<{ id: string }>('POST', path, { payload: {} });
      clicks.set(command.id, atMs);
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return clicks;
}

async function collect(swarm: Swarm, count: number): Promise<SeenCommand[]> {
  const seen: SeenCommand[] = [];
  for (const deadline = wallMs() + ALL_WITHIN_MS; seen.length < count && wallMs() < deadline; ) {
    await Bun.sleep(100);
    seen.push(...(await swarm.commands()));
  }
  return seen;
}
