import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import { createQueries } from './modules/devices/query/compile-query.ts';
import { DEVICE_FIELDS } from './modules/devices/query/fields.ts';
import { type Fleet, seedFleet } from './modules/devices/testing/seed-fleet.ts';
import { createEvents } from './modules/events/index.ts';
import { createMembership, MEMBERSHIP_FIELDS, type Membership } from './modules/membership/index.ts';
import { type TestDatabase, testDatabase } from './platform/db/testing.ts';
import { newId } from './platform/new-id.ts';
import { until } from './testing/ledger-fixture.ts';

/** A group whose query is new looks at a whole fleet; here one of several pages. */
const DEVICES = 2_600;
const GROUPS = 120;

let fixture: TestDatabase;
let fleet: Fleet;
let owner: Bun.SQL;
let membership: Membership;

beforeAll(async () => {
  fixture = await testDatabase();
  owner = new Bun.SQL(fixture.url, { max: 2 });
  fleet = await seedFleet(fixture.database, DEVICES);
  membership = createMembership({
    database: fixture.database,
    events: createEvents({ database: fixture.database, onError: () => undefined }),
    queries: createQueries([...DEVICE_FIELDS, ...MEMBERSHIP_FIELDS]),
    count: async () => 0,
    list: async () => [],
    onError: (error) => {
      throw error;
    },
  });
});
afterEach(async () => {
  await membership.stop();
  await owner`delete from smart_members`;
  await owner`delete from membership_fills`;
  await owner`update groups set deleted_at = now(), query = null, queued_query = null`;
});
afterAll(async () => {
  await owner.close();
  await fixture.drop();
});

async function group(query: string): Promise<string> {
  const id = newId();
  await owner`insert into groups (id, org_id, name, query) values (${id}, ${fleet.orgId}, ${id}, ${query})`;
  return id;
}
async function one<Value>(rows: Promise<{ value: Value }[]>): Promise<Value | undefined> {
  return (await rows)[0]?.value;
}
const isSettled = (id: string) =>
  one<boolean>(owner`select query = settled_query as value from groups where id = ${id}`);
const members = (id: string) =>
  one<number>(owner`select count(*)::int as value from smart_members where group_id = ${id}`);

test('GT-5: a group that is new looks at the whole fleet, page after page', async () => {
  const [every, some] = [await group('hostname = *'), await group('os = windows')];
  await membership.start();

  await until(async () => (await isSettled(every)) === true && (await isSettled(some)) === true);

  const windows = await one(owner`select count(*)::int as value from devices where os = 'windows'`);
  expect([await members(every), await members(some)]).toEqual([DEVICES, Number(windows)]);
  expect(await one(owner`select count(*)::int as value from membership_fills`)).toBe(0);
});

test('GT-5: what was filled before the server ended is not looked at again', async () => {
  const id = await group('hostname = *');
  const [at] =
    await owner`select device_no as no from devices order by device_no offset ${DEVICES - 700} limit 1`;
  await owner`update groups set queued_query = query where id = ${id}`;
  await owner`insert into membership_fills values (${id}, 'hostname = *', ${at.no})`;
  await membership.start();

  await until(async () => (await isSettled(id)) === true);

  expect(await members(id)).toBe(699);
});

test('GT-5: what changes while groups are being filled does not wait for them', async () => {
  await membership.start();
  const watching = await group('tag.fresh = yes');
  await until(async () => (await isSettled(watching)) === true);
  for (let at = 0; at < GROUPS; at++) await group(`hostname ~ "srv-${at}" or cpu > ${at % 100}`);
  await until(
    async () =>
      (await one(owner`select filled_to as value from membership_fills where filled_to > 0`)) !== undefined,
  );

  await owner`update devices set tags = '{"fresh": "yes"}' where device_no = (select max(device_no) from devices)`;
  await until(async () => (await members(watching)) === 1);

  expect(await one(owner`select count(*)::int as value from membership_fills`)).toBe(GROUPS);
});
