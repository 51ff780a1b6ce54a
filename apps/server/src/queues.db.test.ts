import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { SQL } from 'bun';
import { seedFleet } from './modules/devices/testing/seed-fleet.ts';
import { holdLease, makeEventPartitions, sequenceBatch } from './modules/events/db/sequencing.ts';
import { takeTimers } from './modules/membership/db/queue.ts';
import { takeQueued } from './modules/policies/db/queue.ts';
import { type TestDatabase, testDatabase } from './platform/db/testing.ts';

const DEVICES = 40_000;
/** Taking a batch costs 5 to 30 ms; joined as those statistics suggest it took 5 to 9 seconds. */
const SOON_MS = 1_000;

let tested: TestDatabase;
let owner: SQL;
beforeAll(async () => {
  tested = await testDatabase();
  owner = new SQL(tested.url, { max: 1 });
  await seedFleet(tested.database, DEVICES);
  await tested.database.system('test', (tx) => makeEventPartitions(tx));
}, 60_000);
afterAll(async () => {
  await owner.close();
  await tested.drop();
});

/** The queue once held as much, was emptied, and statistics were taken then: many pages and no rows. */
async function refill(queue: string, rows: string): Promise<void> {
  const fill = `insert into ${queue} ${rows} from devices`;
  const [table = ''] = queue.split(' ');
  for (const step of [fill, `delete from ${table}`, `vacuum (truncate off, analyze) ${table}`, fill])
    await owner.unsafe(step);
}

async function soon<T>(work: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  const result = await work();
  expect(performance.now() - begun).toBeLessThan(SOON_MS);
  return result;
}

describe('a queue that fills at once, with statistics of when it was empty, is taken by the batch', () => {
  test('events that wait for their positions', async () => {
    await refill(
      'event_outbox (id, org_id, type, version, subject_id, priority, payload, occurred_at)',
      `select uuidv7(), org_id, 'device.online', 1, id, 'normal', '{}', now()`,
    );
    const moved = await soon(() =>
      tested.database.system('test', async (tx) => {
        await holdLease(tx, 'test', 60_000);
        return sequenceBatch(tx, 1_000);
      }),
    );
    expect(moved).toBe(1_000);
  });

  test('devices whose policy is worked out again', async () => {
    await refill('policy_queue (device_id)', 'select id');
    const { rows } = await soon(() => tested.database.system('test', (tx) => takeQueued(tx, 2_000)));
    expect(rows).toBe(2_000);
  });

  test('timers of smart groups', async () => {
    await refill('membership_timers (device_no, due_at)', 'select device_no, now()');
    expect(await soon(() => takeTimers(tested.database.ingest, 1_000))).toHaveLength(1_000);
  });
});
