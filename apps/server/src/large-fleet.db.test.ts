import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { DeviceId, OrgId, Permission } from '@muster/contracts';
import { SQL } from 'bun';
import { sql } from 'drizzle-orm';
import { lockRecords } from './modules/commands/db/commands.ts';
import { markHandedOver } from './modules/commands/db/hand-over.ts';
import { findPage } from './modules/devices/db/list-rows.ts';
import { createQueries } from './modules/devices/query/compile-query.ts';
import { DEVICE_FIELDS } from './modules/devices/query/fields.ts';
import { type Fleet, seedFleet } from './modules/devices/testing/seed-fleet.ts';
import { readWithin } from './modules/devices/usecases/read-within.ts';
import { tagDevices } from './modules/devices/usecases/tag-devices.ts';
import { makeEventPartitions, sequenceBatch } from './modules/events/db/sequencing.ts';
import { createEvents } from './modules/events/index.ts';
import { getVersions, listTitles } from './modules/inventory/usecases/read-fleet.ts';
import { takeTimers } from './modules/membership/db/queue.ts';
import { decideMembers } from './modules/membership/usecases/decide-members.ts';
import { lookAt, storeEffective, takeQueued } from './modules/policies/db/queue.ts';
import type { Actor } from './platform/actor.ts';
import { createSequencerLease } from './platform/bus/sequencer-lease.ts';
import { uuids } from './platform/db/index.ts';
import { type TestDatabase, testDatabase } from './platform/db/testing.ts';
import { newId } from './platform/new-id.ts';
import { anAudit } from './testing/audit-fixture.ts';

const DEVICES = 40_000;
const CUSTOMERS = 100;
/** Each batch takes 5 to 60 ms; all of them together outlast this by far where one takes seconds, as in the wrong way. */
const ALL_BATCHES_MS = 30_000;

let tested: TestDatabase;
let owner: SQL;
let fleet: Fleet;
let customer: Fleet;
beforeAll(async () => {
  tested = await testDatabase();
  owner = new SQL(tested.url, { max: 1 });
  fleet = await seedFleet(tested.database, DEVICES);
  customer = await seedFleet(tested.database, CUSTOMERS);
  await tested.database.system('test', (tx) => makeEventPartitions(tx));
}, 120_000);
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

/** Takes batches until one is empty; returns how much they held. */
async function drain(take: () => Promise<number>): Promise<number> {
  let taken = 0;
  for (let more = await take(); more > 0; more = await take()) taken += more;
  return taken;
}

describe('a queue that fills at once, with statistics of when it was empty, is taken by the batch', () => {
  test(
    'events that wait for their positions',
    async () => {
      await refill(
        'event_outbox (id, org_id, type, version, subject_id, priority, payload, occurred_at)',
        `select uuidv7(), org_id, 'device.online', 1, id, 'normal', '{}', now()`,
      );
      const { database } = tested;
      const lease = createSequencerLease({ database, table: 'event_sequencer', part: 'test' });
      const batch = async () => (await lease.held((tx) => sequenceBatch(tx, 1_000))) ?? 0;
      expect(await drain(batch)).toBe(DEVICES + CUSTOMERS);
    },
    ALL_BATCHES_MS,
  );

  test(
    'devices whose policy is worked out again',
    async () => {
      await refill('policy_queue (device_id)', 'select id');
      const batch = async () => (await tested.database.system('test', (tx) => takeQueued(tx, 2_000))).rows;
      expect(await drain(batch)).toBe(DEVICES + CUSTOMERS);
    },
    ALL_BATCHES_MS,
  );

  test(
    'timers of smart groups',
    async () => {
      await refill('membership_timers (device_no, due_at)', 'select device_no, now()');
      const batch = async () => (await takeTimers(tested.database.ingest, 1_000)).length;
      expect(await drain(batch)).toBe(DEVICES + CUSTOMERS);
    },
    ALL_BATCHES_MS,
  );
});

describe('what many devices and organisations cost', () => {
  test(
    'GT-3: what is held for devices is found by their ids, also by a connection that knew none of it',
    async () => {
      const rows: { id: DeviceId }[] = await owner`select id from devices where org_id = ${fleet.orgId}`;
      const ids = rows.map(({ id }) => id);
      await tested.database.system('test', async (tx) => {
        await lookAt(tx, ids.slice(0, 10));
        const held = ids.map((id) => ({
          id,
          orgId: fleet.orgId,
          stored: null,
          fields: { offlineLimit: 600 },
        }));
        await storeEffective(tx, held);
        for (let at = 0; at < DEVICES; at += 2_000) {
          const looked = await lookAt(tx, ids.slice(at, at + 2_000));
          expect(looked.filter(({ stored }) => stored?.offlineLimit === 600)).toHaveLength(2_000);
        }
      });
    },
    ALL_BATCHES_MS,
  );

  test('devices of a small organisation are not looked for among all', async () => {
    await owner.unsafe('analyze devices');
    const plan = await tested.database.transaction({ orgIds: [customer.orgId] }, async (tx) => {
      const { rows } = await tx.execute<{ 'QUERY PLAN': string }>(sql`
        explain select d.id from devices d where d.org_id = any (${uuids([customer.orgId])})`);
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    });
    expect(plan).toContain('devices_of_org');
  });

  test('a list is walked in its order, forwards and backwards, however few devices a filter is taken to leave', async () => {
    await owner.unsafe(`analyze devices; create sequence public.looks; grant usage on sequence public.looks to muster_app;
      create function public.looked_at(int) returns boolean language plpgsql cost 100 as
        $$ begin perform nextval('public.looks'); return true; end $$`);
    for (const sort of ['hostname', '-hostname', '-created'] as const) {
      await owner`select setval('public.looks', 1)`;
      const scope = { orgIds: [fleet.orgId] };
      const condition = sql`public.looked_at(d.device_no) and d.tags ->> 'role' = 'server'`;
      const request = { condition, sort, after: undefined, limit: 50, counted: false, walked: true } as const;
      const page = await readWithin(tested.database, scope, 30_000, (tx) => findPage(tx, scope, request));
      expect(page.items).toHaveLength(50);
      const [asked] = await owner`select last_value::int as count from public.looks`;
      expect(asked.count).toBeLessThan(2_000);
    }
  });

  test('people who tag devices and groups that look at them wait for each other, never in a circle', async () => {
    // Numbers in another order than ids, as after a move between organisations.
    await owner`update devices set device_no = default where id in (
      select id from devices where org_id = ${fleet.orgId} order by id limit 1000)`;
    const rows: { id: DeviceId; no: number }[] =
      await owner`select id, device_no as no from devices where org_id = ${fleet.orgId} order by id limit 2000`;
    const { database } = tested;
    const events = createEvents({ database, onError: console.error });
    const tagging = { database, events, audit: anAudit(database), onUpdated: () => undefined };
    const looking = {
      ...{ database, events, queries: createQueries(DEVICE_FIELDS), onError: console.error },
      ...{ count: async () => 0, list: async () => [] },
    };
    const deviceIds = rows.map(({ id }) => id);
    const deviceNos = rows.map(({ no }) => no);
    for (let round = 0; round < 8; round++) {
      const both = [
        tagDevices(tagging, aPerson(fleet.orgId, 'devices:manage'), {
          deviceIds,
          set: { round: `${round}` },
          remove: [],
        }),
        decideMembers(looking, fleet.orgId, { deviceNos, groups: [] }),
        decideMembers(looking, fleet.orgId, { deviceNos, groups: [] }),
      ];
      expect(await Promise.all(both)).toHaveLength(3);
    }
  });

  test('handing commands over and hearing what became of them wait for each other, never in a circle', async () => {
    await owner`
      insert into commands (id, org_id, device_id, device_name, sequence, name, version, state, payload, envelope,
        timeout_ms, created_at, deliver_by, sent_at, due_at)
      select uuidv7(), org_id, id, 'one of many', 1, 'process.list', 1, case when device_no % 2 = 0 then 'sent' else 'running' end,
        '{}', '\\x00', 60000, now(), now() + interval '1 hour', now(), now()
      from devices where org_id = ${fleet.orgId} order by id desc limit 500`;
    const rows: { id: string; deviceId: DeviceId }[] =
      await owner`select id, device_id as "deviceId" from commands order by id desc`;
    const requests = rows.map(({ deviceId }) => ({ deviceId, after: 0n, limit: 50 }));
    const ids = rows.map(({ id }) => id);
    const { database } = tested;
    for (let round = 0; round < 20; round++) {
      const [handed, heard] = await Promise.all([
        database.system('test', (tx) => markHandedOver(tx, requests, new Date())),
        database.system('test', (tx) => lockRecords(tx, ids)),
      ]);
      expect([handed.length, heard.length]).toEqual([250, 500]);
    }
  });
});

test('IV-4: software of a large fleet is counted exactly up to a thousand, however often a device has it, and never beyond one’s own', async () => {
  await owner`
    insert into software_titles (ecosystem, name, name_folded)
    select 'deb', name, name from unnest(array['on-all', 'many-times', 'of-others']) name`;
  await owner`
    insert into software_versions (ecosystem, version, sort_key)
    select 'deb', 'v' || n, 'v' || n from generate_series(1, 6) n`;
  const install = (title: string, orgId: OrgId, devices: number, versions: readonly string[]) =>
    owner.unsafe(
      `insert into device_software (device_no, title_id, version_id, arch, since, generation)
      select d.device_no, t.id, v.id, '', now(), 1
      from (select device_no from devices where org_id = $1 order by device_no limit $2) d,
        software_titles t, software_versions v
      where t.name = $3 and v.version = any (string_to_array($4, ','))`,
      [orgId, devices, title, versions.join(',')],
    );
  await install('on-all', fleet.orgId, DEVICES, ['v1']);
  // Of its 4,900 rows those of 800 devices are read first, and are not enough to tell that there are 900.
  await install('many-times', fleet.orgId, 800, ['v1', 'v2', 'v3', 'v4', 'v5']);
  await install('many-times', fleet.orgId, 900, ['v6']);
  await install('of-others', customer.orgId, CUSTOMERS, ['v1']);
  const reader = aPerson(fleet.orgId, 'devices:read');

  const { items } = await listTitles(tested, reader, { search: '', limit: 10 });
  const titleOf = (name: string) => items.find((item) => item.name === name)?.id ?? 0;

  expect(items.map(({ name, devices }) => [name, devices])).toEqual([
    ['many-times', { value: 900, exact: true }],
    ['on-all', { value: 1_000, exact: false }],
  ]);
  const ofMany = await getVersions(tested, reader, titleOf('many-times'));
  const ofAll = await getVersions(tested, reader, titleOf('on-all'));
  expect(ofMany.versions.map(({ devices }) => devices)).toEqual([900, 800, 800, 800, 800, 800]);
  expect(ofAll.versions.map(({ devices }) => devices)).toEqual([DEVICES]);
});

function aPerson(orgId: OrgId, permission: Permission): Actor {
  const scope = { orgIds: [orgId] };
  const permissions = new Set<Permission>([permission]);
  return {
    ...{ kind: 'person', userId: newId(), sessionId: newId(), name: 'Ada', address: '' },
    ...{ permissions, scope },
  };
}
