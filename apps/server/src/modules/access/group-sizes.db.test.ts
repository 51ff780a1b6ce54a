import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test';
import type { DeviceId, Group } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import { aCast, type Cast, type Tenant } from '../../testing/cast.ts';
import { until } from '../../testing/ledger-fixture.ts';

/* How many devices are in a group is kept as they come and go, and must stay what counting them gives. */

let cast: Cast;
let tenant: Tenant;
let ids: DeviceId[];
beforeAll(async () => {
  cast = await aCast();
});
afterAll(() => cast.stop());
beforeEach(async () => {
  tenant = await cast.aTenant(`acme ${crypto.randomUUID()}`);
  ids = [];
  for (const name of ['web-1', 'web-2', 'db-1']) ids.push(await cast.aDevice(tenant, { hostname: name }));
});

const ada = (method: string, path: string, body?: unknown) =>
  cast.call(cast.running.token, method, path, body);
const make = async (part: object) =>
  (await ada('POST', '/groups', { orgId: tenant.orgId, name: `G ${crypto.randomUUID()}`, ...part }))
    .body as Group;
const sizeOf = async ({ id }: Group) =>
  ((await ada('GET', '/groups')).body as { items: Group[] }).items.find((group) => group.id === id)?.devices;
const run = (work: ReturnType<typeof sql>) => cast.database.system('test', (tx) => tx.execute(work));
const kept = async () => {
  const { rows } = await run(sql`
    select g.name from groups g left join group_sizes s on s.group_id = g.id where coalesce(s.devices, 0) <> (
      select count(*) from (select device_id, group_id from group_devices union all
        select device_id, group_id from smart_members) m join devices d on d.id = m.device_id
      where m.group_id = g.id and d.deleted_at is null)`);
  return rows;
};

test('GT-3: a static group counts whom people put in and take out, each once', async () => {
  const group = await make({});
  for (const deviceIds of [ids.slice(0, 2), ids])
    await ada('POST', `/groups/${group.id}/devices`, { deviceIds });
  expect(await sizeOf(group)).toBe(3);

  await ada('POST', `/groups/${group.id}/devices/remove`, { deviceIds: ids.slice(0, 1) });

  expect(await sizeOf(group)).toBe(2);
  expect(await kept()).toEqual([]);
});

test('GT-5: a smart group counts whoever enters and leaves by itself', async () => {
  const group = await make({ query: 'hostname = web*' });
  await until(async () => (await sizeOf(group)) === 2);

  await run(sql`update devices set hostname = 'web-3', hostname_folded = 'web-3' where id = ${ids[2]}`);
  await until(async () => (await sizeOf(group)) === 3);
  await ada('PATCH', `/groups/${group.id}`, { query: 'hostname = web-1' });

  await until(async () => (await sizeOf(group)) === 1);
  expect(await kept()).toEqual([]);
});

test('GT-3: a device that is deleted is not counted, is not taken off twice, and counts again when it is back', async () => {
  const group = await make({});
  await ada('POST', `/groups/${group.id}/devices`, { deviceIds: ids });

  await run(sql`update devices set deleted_at = now() where id in (${ids[0]}, ${ids[1]})`);
  expect(await sizeOf(group)).toBe(1);
  await run(sql`update devices set deleted_at = null where id = ${ids[1]}`);
  expect(await sizeOf(group)).toBe(2);
  await run(sql`delete from group_devices where group_id = ${group.id}`);

  expect(await sizeOf(group)).toBe(0);
  expect(await kept()).toEqual([]);
});
