import type { DeviceId } from '@muster/contracts';
import { SQL } from 'bun';
import { seedFleet } from '../../../apps/server/src/modules/devices/testing/seed-fleet.ts';
import { makeEventPartitions } from '../../../apps/server/src/modules/events/db/sequencing.ts';
import { readTimeline } from '../../../apps/server/src/modules/timeline/usecases/read-timeline.ts';
import type { Actor } from '../../../apps/server/src/platform/actor.ts';
import { testDatabase } from '../../../apps/server/src/platform/db/testing.ts';
import { percentile } from '../measure/percentile.ts';
import type { Report } from '../measure/report.ts';

/*
 * Pages of the timeline of one device to which very much happened, one at a time against a real PostgreSQL: the newest,
 * old ones, kinds of which there are few, and a search that finds nothing.
 */

const LIMIT_MS = 50;
/** A search reads thousands of entries and says how far it came. */
const SEARCH_LIMIT_MS = 500;
const WARM_UP = 3;

/** See the head of this file. */
export async function timeline(
  report: Report,
  { events, samples: perPage }: { events: number; samples: number },
): Promise<void> {
  report.context({ events, samplesEach: perPage, concurrency: 1 });
  const { database, url, drop } = await testDatabase();
  try {
    const fleet = await seedFleet(database, 1);
    await using owner = new SQL(url, { max: 1 });
    const [device]: { id: DeviceId }[] = await owner`select id from devices where org_id = ${fleet.orgId}`;
    if (!device) throw new Error('no device was seeded');
    await database.system('bench', (tx) => makeEventPartitions(tx));
    await seedEvents(owner, device.id, events);
    const actor: Actor = { kind: 'system', part: 'bench', scope: { orgIds: [fleet.orgId] } };
    const deps = { database, mustExist: async () => undefined };
    const until = new Date(Date.now() - events * 900).toISOString();
    const pages = {
      'the newest': {},
      'old ones': { until },
      'kinds of which there are few': { kinds: ['group', 'policy'] as const },
      'a search that finds nothing': { search: 'nowhere' },
    };
    for (const [name, wanted] of Object.entries(pages)) {
      const times: number[] = [];
      for (let at = -WARM_UP; at < perPage; at++) {
        const begun = performance.now();
        await readTimeline(deps, actor, { deviceId: device.id, search: '', limit: 50, ...wanted });
        if (at >= 0) times.push(performance.now() - begun);
      }
      const limit = 'search' in wanted ? SEARCH_LIMIT_MS : LIMIT_MS;
      report.below(`p95 of ${name}`, percentile(times, 0.95), 'ms', limit);
    }
  } finally {
    await drop();
  }
}

/** One a second, back from now. */
async function seedEvents(owner: SQL, deviceId: DeviceId, count: number): Promise<void> {
  await owner`
    insert into event_log (position, id, org_id, type, version, subject_id, priority, payload, occurred_at, sequenced_at)
    select -n, uuidv7(), d.org_id, case when n % 2 = 0 then 'device.online' else 'device.offline' end, 1, d.id, 'low',
      '{"hostname":"x","reason":"connected","at":"2026-01-01T00:00:00Z"}', now() - n * interval '1 second', now()
    from devices d cross join generate_series(1, ${count}) as n where d.id = ${deviceId}`;
  await owner.unsafe('vacuum analyze event_log');
}
