import { SQL } from 'bun';
import { seedFleet } from '../../../apps/server/src/modules/devices/testing/seed-fleet.ts';
import type { Actor } from '../../../apps/server/src/platform/actor.ts';
import { testDatabase } from '../../../apps/server/src/platform/db/testing.ts';
import { endsWith } from '../ending.ts';
import { percentile } from '../measure/percentile.ts';
import type { Report } from '../measure/report.ts';
import { LIST_FILTERS, LIST_LIMIT_MS, type ListDevices, listsOf } from './devices-list.ts';

/*
 * What row-level security costs the devices list: every filter with it and without it, by turns on the same database,
 * so that the machine is the same for both. Without it the query's own scope keeps the other organisation out.
 */

const MOST_TIMES = 2;
const ROUNDS = 12;
const EACH_ROUND = 5;
const OTHER_ORGANISATION = 2_000;
const TABLES = ['devices', 'sites', 'device_facts'];

/** See the head of this file. */
export async function rowSecurity(report: Report, { devices }: { devices: number }): Promise<void> {
  report.context({
    devices,
    otherOrganisation: OTHER_ORGANISATION,
    samplesEach: ROUNDS * EACH_ROUND,
    concurrency: 1,
  });
  const { database, url, drop } = await testDatabase();
  const end = endsWith(drop);
  try {
    const { orgId } = await seedFleet(database, devices);
    await seedFleet(database, OTHER_ORGANISATION);
    await using owner = new SQL(url, { max: 1 });
    await owner.unsafe('vacuum analyze');
    const actor: Actor = { kind: 'system', part: 'bench', scope: { orgIds: [orgId] } };
    const list = listsOf(database, actor);
    for (const query of LIST_FILTERS) {
      const { with: guarded, without } = await compare(owner, list, query);
      report.below(`"${query}" under row-level security p95`, percentile(guarded, 0.95), 'ms', LIST_LIMIT_MS);
      const times = percentile(guarded, 0.5) / percentile(without, 0.5);
      report.below(`"${query}" with / without row-level security, p50`, times, 'times', MOST_TIMES);
    }
  } finally {
    await end();
  }
}

type Compared = { readonly with: number[]; readonly without: number[] };

async function compare(owner: SQL, list: ListDevices, query: string): Promise<Compared> {
  const times: Compared = { with: [], without: [] };
  for (let round = 0; round < 2 * ROUNDS; round++) {
    const side = round % 2 === 0 ? 'with' : 'without';
    const change = side === 'with' ? 'enable' : 'disable';
    await owner.unsafe(TABLES.map((table) => `alter table ${table} ${change} row level security`).join('; '));
    // The first page after the change plans anew.
    for (let at = -1; at < EACH_ROUND; at++) {
      const took = await list({ query, sort: 'hostname' });
      if (at >= 0) times[side].push(took);
    }
  }
  return times;
}
