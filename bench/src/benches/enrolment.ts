import type { Report } from '../measure/report.ts';
import { startServerUnderTest } from '../server-under-test.ts';
import { startSwarm } from '../swarm/start-swarm.ts';

/*
 * Machines that all enrol at once by one token, 32 at a time, over the console listener: key proof, certificate, device,
 * event and audit row each. The first ones warm the server up and are not counted.
 */

const WARM_UP = 200;

/** See the head of this file. */
export async function enrolment(report: Report, { agents }: { agents: number }): Promise<void> {
  report.context({ agents, parallel: 32, tokens: 1 });
  const server = await startServerUnderTest();
  const swarm = startSwarm();
  try {
    const token = await server.enrolmentToken(WARM_UP + agents);
    await swarm.enrol({ url: server.url, token, count: WARM_UP });
    const begun = performance.now();
    const deviceIds = await swarm.enrol({ url: server.url, token, count: agents });
    report.tell('enrolments', (agents / (performance.now() - begun)) * 1_000, 'per s');
    const [stored] = await server.sql()`select count(distinct id)::int as devices, (select sum(uses)::int
      from enrolment_tokens) as uses from devices where id = any (${server.sql().array(deviceIds, 'uuid')})`;
    report.below('machines without a device of their own', agents - stored.devices, 'count', 0);
    report.below('uses of the token beside one each', stored.uses - agents - WARM_UP, 'count', 0);
  } finally {
    await swarm.stop();
    await server.stop();
  }
}
