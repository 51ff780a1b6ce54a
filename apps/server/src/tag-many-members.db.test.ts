import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'bun:test';
import type { DeviceId, Group, GroupTags } from '@muster/contracts';
import { SQL } from 'bun';
import { type Fleet, seedFleet } from './modules/devices/testing/seed-fleet.ts';
import { aCast, type Cast } from './testing/cast.ts';
import { until } from './testing/ledger-fixture.ts';

/* A group whose members are several pages of what is worked out at once. */

const DEVICES = 1_700;

let cast: Cast;
let owner: SQL;
let fleet: Fleet;
let ids: DeviceId[];
let group: Group;
beforeAll(async () => {
  cast = await aCast();
  owner = new SQL(cast.running.databaseUrl, { max: 3 });
  fleet = await seedFleet(cast.database, DEVICES);
  const rows: { id: DeviceId }[] =
    await owner`select id from devices where org_id = ${fleet.orgId} order by id`;
  ids = rows.map(({ id }) => id);
}, 120_000);
afterAll(async () => {
  await owner.close();
  await cast.stop();
});
beforeEach(async () => {
  const made = await ada('POST', '/groups', {
    name: `Every ${crypto.randomUUID()}`,
    query: 'hostname = *',
    orgId: fleet.orgId,
  });
  group = made.body as Group;
  await until(async () => (await members()) === DEVICES);
});

afterEach(async () => {
  await ada('DELETE', `/groups/${group.id}`);
  await until(async () => (await members()) === 0);
});

const ada = (method: string, path: string, body?: unknown) =>
  cast.call(cast.running.token, method, path, body);
const read = async () => (await ada('GET', `/groups/${group.id}/tags`)).body as GroupTags;
const carry = async (tags: object) => {
  const answer = await ada('PUT', `/groups/${group.id}/tags`, { tags });
  expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
  return answer.body as GroupTags;
};
const isFinished = async () => (await read()).change?.finishedAt !== null;
const count = async (rows: Promise<{ count: number }[]>) => (await rows)[0]?.count;
const members = () =>
  count(owner`select count(*)::int as count from smart_members where group_id = ${group.id}`);
const tagged = (key: string, value: string) =>
  count(
    owner`select count(*)::int as count from devices where org_id = ${fleet.orgId} and all_tags ->> ${key}::text = ${value}`,
  );
const told = (action: string) =>
  owner`
    select content::json -> 'after' as after from audit_log
    where content::json ->> 'action' = ${action} and content::json -> 'target' ->> 'id' = ${group.id}`;

/** What somebody does who holds one of the members meanwhile, as a change of it would. */
async function whileHeld<T>(id: DeviceId, work: () => Promise<T>): Promise<T> {
  return owner.begin(async (tx) => {
    await tx`select from devices where id = ${id} for update`;
    return work();
  });
}

test('GT-6: tags of a group with many members are answered at once, and how far they have come is told', async () => {
  const asked = await whileHeld(ids[900] as DeviceId, async () => {
    const answer = await carry({ tier: 'front' });
    await until(async () => ((await read()).change?.looked ?? 0) >= 500);
    return answer;
  });

  expect(asked.change).toMatchObject({ devices: DEVICES, before: {}, finishedAt: null });
  await until(isFinished);
  expect((await read()).change).toMatchObject({ devices: DEVICES, looked: DEVICES, changed: DEVICES });
  expect(await tagged('tier', 'front')).toBe(DEVICES);
  await until(async () => (await told('group.tags_given')).length === 1);
  expect(await told('group.tags_given')).toEqual([{ after: { devices: DEVICES, changed: DEVICES } }]);
  expect(await told('group.tags_changed')).toHaveLength(1);
});

test('GT-6: tags that are half given are taken back by what the group carried before', async () => {
  await carry({ tier: 'front' });
  await until(isFinished);

  const before = await whileHeld(ids[900] as DeviceId, async () => {
    await carry({ tier: 'back' });
    await until(async () => ((await read()).change?.looked ?? 0) >= 500);
    return (await read()).change?.before;
  });
  await carry(before ?? {});

  expect(before).toEqual({ tier: 'front' });
  await until(isFinished);
  expect(await tagged('tier', 'front')).toBe(DEVICES);
});

test('GT-6: a server that was killed goes on where it was', async () => {
  await carry({ tier: 'front' });
  await until(isFinished);

  await owner`update devices set ruled_tags = '{}' where id = any (array(select id from devices where org_id = ${fleet.orgId} order by id))`;
  await owner`
    update group_retags set finished_at = null, looked_to = ${ids[599] as string}, looked = 600, changed = 600
    where group_id = ${group.id}`;

  await until(isFinished);
  expect((await read()).change).toMatchObject({ looked: DEVICES, changed: DEVICES });
  expect(await tagged('tier', 'front')).toBe(DEVICES - 600);
});

test('GT-6: a device that is entering while a tag is set has it in the end, and nobody waits in a circle', async () => {
  const late = ids[3] as DeviceId;
  await owner`delete from smart_members where group_id = ${group.id} and device_id = ${late}`;

  await owner.begin(async (tx) => {
    await tx`select from devices where id = ${late} for no key update`;
    await tx`insert into smart_members (device_id, group_id, org_id) values (${late}, ${group.id}, ${fleet.orgId})`;
    await carry({ tier: 'late' });
  });

  await until(async () => (await tagged('tier', 'late')) === DEVICES);
});

test('GT-6: another priority is answered at once, too, and the members follow', async () => {
  const other = await ada('POST', '/groups', {
    ...{ name: `Other ${group.id}`, query: 'hostname = *', orgId: fleet.orgId, priority: 900 },
  });
  const rival = other.body as Group;
  await carry({ tier: 'light' });
  await ada('PUT', `/groups/${rival.id}/tags`, { tags: { tier: 'heavy' } });
  await until(async () => (await tagged('tier', 'heavy')) === DEVICES);

  const status = await whileHeld(ids[900] as DeviceId, async () => {
    return (await ada('PATCH', `/groups/${group.id}`, { priority: 950 })).status;
  });

  expect(status).toBe(200);
  await until(async () => (await tagged('tier', 'light')) === DEVICES);
  expect((await ada('DELETE', `/groups/${rival.id}`)).status).toBe(204);
});

test('GT-6: a group with many members is removed at once, and they lose its tags page by page', async () => {
  await carry({ gone: 'yes' });
  await until(async () => (await tagged('gone', 'yes')) === DEVICES);

  const status = await whileHeld(ids[900] as DeviceId, async () => {
    return (await ada('DELETE', `/groups/${group.id}`)).status;
  });

  expect(status).toBe(204);
  await until(async () => (await tagged('gone', 'yes')) === 0 && (await members()) === 0);
});
