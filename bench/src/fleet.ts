import { setTimeout as sleep } from 'node:timers/promises';
import type { Report } from './measure/report.ts';
import { type ServerUnderTest, startServerUnderTest } from './server-under-test.ts';
import { type Swarm, startSwarm } from './swarm/start-swarm.ts';

/** A server that was just restarted, and machines that are enrolled with it and not connected. */
export type Fleet = {
  readonly server: ServerUnderTest;
  readonly swarm: Swarm;
  readonly deviceIds: readonly string[];
  /** Resident memory of the server with all of them known and none connected. */
  readonly idleBytes: number;
};

const SETTLE_MS = 10_000;

/** Gives `work` a fleet of that many, tells how fast it enrolled, and stops everything however `work` ends. */
export async function withFleet(
  report: Report,
  count: number,
  work: (fleet: Fleet) => Promise<void>,
): Promise<void> {
  report.context({ agents: count });
  report.say('starting a server on a fresh data folder');
  const server = await startServerUnderTest();
  const swarm = startSwarm();
  try {
    report.say(`enrolling ${count} machines`);
    const begun = performance.now();
    const token = await server.enrolmentToken(count);
    const deviceIds = await swarm.enrol({ url: server.url, token, count });
    report.tell('enrolments', (count / (performance.now() - begun)) * 1_000, 'per s');
    // What enrolling left behind in memory is no part of what connections cost.
    await server.restart();
    await sleep(SETTLE_MS);
    report.say('the server is restarted and idle');
    await work({ server, swarm, deviceIds, idleBytes: server.residentBytes() });
  } finally {
    await swarm.stop();
    await server.stop();
  }
}
