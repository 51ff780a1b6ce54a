import type { DeviceSort } from '@muster/contracts';
import { SQL } from 'bun';
import { createQueries } from '../../../apps/server/src/modules/devices/query/compile-query.ts';
import { DEVICE_FIELDS } from '../../../apps/server/src/modules/devices/query/fields.ts';
import { seedFleet } from '../../../apps/server/src/modules/devices/testing/seed-fleet.ts';
import { listDevices } from '../../../apps/server/src/modules/devices/usecases/list-devices.ts';
import type { Actor } from '../../../apps/server/src/platform/actor.ts';
import type { Database } from '../../../apps/server/src/platform/db/index.ts';
import { testDatabase } from '../../../apps/server/src/platform/db/testing.ts';
import { percentile } from '../measure/percentile.ts';
import type { Report } from '../measure/report.ts';

/*
 * First pages of the devices list, with their count, one at a time against a real PostgreSQL: every order without a
 * filter, and every filter by name and by CPU. The fleet stands beside a smaller one of another organisation, so that
 * row-level security has something to keep out.
 */

/** Milliseconds that a first page may take. */
export const LIST_LIMIT_MS = 50;
const WARM_UP = 3;
const OTHER_ORGANISATION = 2_000;

const SORTS: readonly DeviceSort[] = [
  'hostname',
  '-hostname',
  'presence',
  '-presence',
  'last_seen',
  '-last_seen',
  'created',
  '-created',
  'os',
  'agent_version',
  'site',
  'cpu',
  '-cpu',
  'memory',
  '-memory',
  'disk',
  '-disk',
];

/** A filter of every field and shape that devices have. */
export const LIST_FILTERS: readonly string[] = [
  'srv-00',
  'berlin',
  'hostname = srv-000003',
  'name ~ reception',
  'os:windows',
  'os:debian',
  'os.version >= 12.5',
  'arch = arm64',
  'status = online',
  'reason = silent',
  'lifecycle = pending',
  'site = Berlin',
  'tag.role = server',
  'not tag.role = server',
  'ip in 10.0.3.0/24',
  'mac = 02:00:00:00:01:02',
  'serial ~ abc',
  'manufacturer:dell',
  'model = "Model 3"',
  'agent.version < 1.2',
  'cpu > 90%',
  'memory > 50%',
  'disk.free < 10%',
  'disk.free < 10GB',
  'disk.used > 95%',
  'disk["C:"].free < 10%',
  'last_seen > 3d',
  'created within 30d',
  'booted > 7d',
  'uptime > 30d',
  'os:windows and status = online and tag.ring = 1 and disk.free < 10%',
];

const CASES: readonly { query: string; sort: DeviceSort }[] = [
  ...SORTS.map((sort) => ({ query: '', sort })),
  ...LIST_FILTERS.flatMap((query) => (['hostname', '-cpu'] as const).map((sort) => ({ query, sort }))),
];

/** Reads a first page with its count and tells how many milliseconds that took. */
export type ListDevices = (page: { readonly query: string; readonly sort: DeviceSort }) => Promise<number>;

/** The lists of that actor. */
export function listsOf(database: Database, actor: Actor): ListDevices {
  const queries = createQueries(DEVICE_FIELDS);
  return async ({ query, sort }) => {
    const start = performance.now();
    await listDevices({ database, queries }, actor, { query, sort, limit: 50 });
    return performance.now() - start;
  };
}

/** See the head of this file. */
export async function devicesList(
  report: Report,
  { devices, samples: perCase }: { devices: number; samples: number },
): Promise<void> {
  report.context({ devices, otherOrganisation: OTHER_ORGANISATION, samplesEach: perCase, concurrency: 1 });
  const { database, url, drop } = await testDatabase();
  try {
    const fleet = await seedFleet(database, devices);
    await seedFleet(database, OTHER_ORGANISATION);
    await using owner = new SQL(url, { max: 1 });
    await owner.unsafe('vacuum analyze');
    const actor: Actor = { kind: 'system', part: 'bench', scope: { orgIds: [fleet.orgId] } };
    const list = listsOf(database, actor);
    const all: number[] = [];
    for (const { query, sort } of CASES) {
      const samples: number[] = [];
      for (let at = -WARM_UP; at < perCase; at++) {
        const took = await list({ query, sort });
        if (at >= 0) samples.push(took);
      }
      all.push(...samples);
      report.below(`p95 of "${query}" by ${sort}`, percentile(samples, 0.95), 'ms', LIST_LIMIT_MS);
    }
    report.percentileBelow('p95 of all pages', all, percentile(all, 0.95), LIST_LIMIT_MS);
  } finally {
    await drop();
  }
}
