import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { BUILT_IN_ROLES, type DeviceId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import { aCast, type Cast, type Tenant } from '../../testing/cast.ts';
import { until } from '../../testing/ledger-fixture.ts';

type Group = { id: string; name: string; devices: number; settled: boolean; kind: string; etag: string };

let cast: Cast;
let tenant: Tenant;

beforeAll(async () => {
  cast = await aCast();
});
afterAll(() => cast.stop());
beforeEach(async () => {
  tenant = await cast.aTenant(`acme ${crypto.randomUUID()}`);
});

const run = async <Row extends Record<string, unknown>>(query: ReturnType<typeof sql>): Promise<Row[]> =>
  (await cast.database.system('test', (tx) => tx.execute<Row>(query))).rows as Row[];
const ada = (method: string, path: string, body?: unknown) =>
  cast.call(cast.running.token, method, path, body);
const smart = async (name: string, query: string, more: object = {}) => {
  const answer = await ada('POST', '/groups', { name, query, orgId: tenant.orgId, ...more });
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  return answer.body as Group;
};
const members = async (group: Group) => {
  const { items } = (await ada('GET', `/groups/${group.id}/devices`)).body as { items: { id: DeviceId }[] };
  return items.map(({ id }) => id).sort();
};
const becomes = async (group: Group, ids: readonly DeviceId[]) => {
  const wanted = JSON.stringify([...ids].sort());
  await until(async () => JSON.stringify(await members(group)) === wanted);
};
const setTags = (id: DeviceId, tags: object) =>
  run(sql`update devices set tags = ${JSON.stringify(tags)}::jsonb where id = ${id}`);
const events = async (id: DeviceId) =>
  (
    await run<{ type: string; group: string }>(sql`
      select type, payload ->> 'group' as group from event_log
      where subject_id = ${id} and type in ('device.group_entered', 'device.group_left') order by position`)
  ).map(({ type, group }) => `${type} ${group}`);

describe('members', () => {
  test('GT-5, IN-2: a new group finds its members; a fact brings a device in and takes it out, each an event', async () => {
    const [web, other] = [await cast.aDevice(tenant), await cast.aDevice(tenant)];
    await setTags(web, { role: 'web' });
    const group = await smart('Web', 'tag.role = web');
    expect(group).toMatchObject({ kind: 'smart' });
    await becomes(group, [web]);
    await setTags(other, { role: 'web' });
    await becomes(group, [web, other]);
    await setTags(web, { role: 'db' });
    await becomes(group, [other]);
    await until(async () => (await events(web)).length === 2);
    expect(await events(web)).toEqual(['device.group_entered Web', 'device.group_left Web']);
    await until(async () => (await groupNow(group)).settled);
    const page = async (cursor = '') =>
      (await ada('GET', `/groups/${group.id}/changes?limit=2${cursor}`)).body as {
        items: { change: string; deviceId: DeviceId }[];
        next: string | null;
      };
    const newest = await page();
    expect(newest.items.map(({ change, deviceId }) => [change, deviceId])).toEqual([
      ['left', web],
      ['entered', other],
    ]);
    const older = await page(`&cursor=${newest.next}`);
    expect(older).toMatchObject({ items: [{ change: 'entered', deviceId: web }], next: null });
  });

  const groupNow = async (group: Group) => {
    const { items } = (await ada('GET', '/groups')).body as { items: Group[] };
    return items.find(({ id }) => id === group.id) as Group;
  };

  test('GT-5: a group that means something else has other members, and one that is removed has none', async () => {
    const [a, b] = [await cast.aDevice(tenant), await cast.aDevice(tenant)];
    await setTags(a, { role: 'web' });
    await setTags(b, { role: 'db' });
    const group = await smart('Changing', 'tag.role = web');
    await becomes(group, [a]);
    expect((await ada('PATCH', `/groups/${group.id}`, { query: 'tag.role = db' })).status).toBe(200);
    await becomes(group, [b]);
    expect((await ada('DELETE', `/groups/${group.id}`)).status).toBe(204);
    await until(
      async () => (await run(sql`select from smart_members where group_id = ${group.id}`)).length === 0,
    );
  });

  test('GT-5: a device that enrols is in its groups, one that is deleted in none, one of another organisation never', async () => {
    const group = await smart('Linux', 'os = linux');
    const device = await cast.aDevice(tenant);
    const stranger = await cast.aDevice(await cast.aTenant(`other ${crypto.randomUUID()}`));
    await becomes(group, [device]);
    await run(sql`update devices set deleted_at = now() where id = ${device}`);
    await until(
      async () => (await run(sql`select from smart_members where device_id = ${device}`)).length === 0,
    );
    expect(await run(sql`select from smart_members where device_id = ${stranger}`)).toEqual([]);
  });

  test('GT-5, HB-2: presence moves devices, and so does a metric that crosses what a group asks for', async () => {
    const device = await cast.aDevice(tenant);
    const away = await smart('Away', 'status = offline');
    const hot = await smart('Hot', 'cpu > 90');
    const [row] = await run<{ no: number }>(sql`select device_no as no from devices where id = ${device}`);
    const no = row?.no ?? 0;
    await run(
      sql`update device_presence set presence = 'offline', reason = 'network' where device_no = ${no}`,
    );
    await becomes(away, [device]);
    const measure = (cpu: number) => cast.database.ingest`
      insert into device_latest (device_no, at, cpu_percent) values (${no}, now(), ${cpu})
      on conflict (device_no) do update set at = excluded.at, cpu_percent = excluded.cpu_percent`;
    await measure(95);
    await becomes(hot, [device]);
    const waiting = async (): Promise<unknown[]> =>
      await cast.database.ingest`
      select from membership_queue where device_no = ${no} and 'cpu_percent' = any (touched)`;
    await until(async () => (await waiting()).length === 0);
    await measure(97);
    expect(await waiting()).toEqual([]);
    await measure(12);
    await becomes(hot, []);
  });

  test('GT-5: a term that time moves turns by itself', async () => {
    const device = await cast.aDevice(tenant);
    await run(
      sql`update devices set created_at = now() - interval '1 hour' + interval '3 seconds' where id = ${device}`,
    );
    const old = await smart('Old', 'created > 1h');
    await until(
      async () => (await run(sql`select from smart_members where group_id = ${old.id}`)).length === 0,
    );
    await becomes(old, [device]);
  }, 120_000);

  test('GT-5, IV-4: software that arrives moves the device', async () => {
    const device = await cast.aDevice(tenant);
    const group = await smart('Old OpenSSL', 'software "openssl" < 3.0.14');
    const fields = {
      ecosystem: 'deb',
      name: 'openssl',
      arch: 'amd64',
      publisher: null,
      installedAt: null,
      sizeBytes: 1,
    };
    const push = (version: string) =>
      ada('POST', '/inventory', {
        deviceId: device,
        categories: [
          {
            category: 'software',
            collectedAt: new Date().toISOString(),
            items: [{ kind: 'package', key: 'openssl', fields: { ...fields, version } }],
          },
        ],
      });
    await push('3.0.11');
    await becomes(group, [device]);
    await push('3.0.15');
    await becomes(group, []);
  });
});

describe('groups that name groups', () => {
  test('GT-3, GT-5: a group stands on others, smart and static, also on those inside them', async () => {
    const device = await cast.aDevice(tenant);
    const outer = (await ada('POST', '/groups', { name: 'Outer', orgId: tenant.orgId })).body as Group;
    const inner = (await ada('POST', '/groups', { name: 'Inner', orgId: tenant.orgId, parentId: outer.id }))
      .body as Group;
    const second = await smart('Second', 'group = First and os = linux');
    const first = await smart('First', 'group = Outer');
    await ada('POST', `/groups/${inner.id}/devices`, { deviceIds: [device] });
    await becomes(first, [device]);
    await becomes(second, [device]);
    const found = (await ada('GET', `/devices?query=${encodeURIComponent('group = second')}`)).body as {
      items: { id: DeviceId }[];
    };
    expect(found.items.map(({ id }) => id)).toEqual([device]);
    await ada('POST', `/groups/${inner.id}/devices/remove`, { deviceIds: [device] });
    await becomes(second, []);
  });

  test('GT-3: a circle is refused and says its way, and a group that is named keeps its name', async () => {
    const a = await smart('A', 'os = linux');
    await smart('B', 'group = A');
    await smart('C', 'group = B');
    const circle = await ada('PATCH', `/groups/${a.id}`, { query: 'group = C' });
    expect([circle.status, (circle.body as { detail: string }).detail]).toEqual([
      409,
      'A would stand on itself: A → C → B → A.',
    ]);
    expect((await ada('PATCH', `/groups/${a.id}`, { name: 'Z' })).status).toBe(409);
    expect((await ada('DELETE', `/groups/${a.id}`)).status).toBe(409);
  });

  test('GT-3: a group that lies inside another one counts as named with it, when it is made and when it is moved', async () => {
    const outer = (await ada('POST', '/groups', { name: 'Around', orgId: tenant.orgId })).body as Group;
    const between = (
      await ada('POST', '/groups', { name: 'Between', orgId: tenant.orgId, parentId: outer.id })
    ).body as Group;
    const inside = { name: 'Inside', query: 'group = Around', orgId: tenant.orgId, parentId: between.id };
    const made = await ada('POST', '/groups', inside);
    expect([made.status, (made.body as { detail: string }).detail]).toEqual([
      409,
      'Inside would stand on itself: Inside → Around → Inside.',
    ]);
    await smart('Asking', 'group = Around');
    const first = await smart('First', 'group = Asking', { parentId: null });
    const home = (await ada('POST', '/groups', { name: 'Home', orgId: tenant.orgId })).body as Group;
    expect((await ada('PATCH', `/groups/${first.id}`, { parentId: home.id })).status).toBe(200);
    const moved = await ada('PATCH', `/groups/${home.id}`, { parentId: between.id });
    expect([moved.status, (moved.body as { detail: string }).detail]).toEqual([
      409,
      'First would stand on itself: First → Asking → Around → First.',
    ]);
  });

  test('GT-4, GT-5: a query that cannot be read is refused with its place', async () => {
    const answer = await ada('POST', '/groups', { name: 'Bad', query: 'hostnam = x', orgId: tenant.orgId });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('did you mean');
  });
});

test('SE-3: no right stands on a smart group, and nobody puts devices into one by hand', async () => {
  const device = await cast.aDevice(tenant);
  const group = await smart('Clever', 'os = linux');
  const userId = await cast.aPerson('Grace', 'viewer', { orgId: tenant.orgId });
  const grant = { roleId: BUILT_IN_ROLES.operator.id, orgId: tenant.orgId, groupId: group.id };
  expect((await ada('POST', `/users/${userId}/grants`, grant)).status).toBe(404);
  expect((await ada('POST', `/groups/${group.id}/devices`, { deviceIds: [device] })).status).toBe(409);
});

test('GT-5: a preview says who would enter and leave, and who can change what is asked for', async () => {
  const [a, b] = [await cast.aDevice(tenant), await cast.aDevice(tenant)];
  await setTags(a, { role: 'web' });
  await setTags(b, { role: 'db' });
  const group = await smart('Shown', 'tag.role = web');
  await becomes(group, [a]);
  const input = { query: 'tag.role = db and os = linux', groupId: group.id, orgId: tenant.orgId };
  const preview = (await ada('POST', '/groups/preview', input)).body as {
    fields: { name: string; authority: string }[];
  };
  expect(preview).toMatchObject({ matching: 1, entering: 1, leaving: 1, sample: [{ id: b }] });
  expect(preview.fields.map(({ name, authority }) => [name, authority])).toEqual([
    ['tag', 'operator'],
    ['os', 'device'],
  ]);
});

test('GT-5: with many changes at one moment, memberships end as the facts do', async () => {
  const group = await smart('Even', 'tag.n = even');
  const devices = await Promise.all(Array.from({ length: 20 }, () => cast.aDevice(tenant)));
  const last = new Map<DeviceId, string>();
  const change = async (device: DeviceId, round: number) => {
    const n = (round * 7 + devices.indexOf(device) * 3) % 2 === 0 ? 'even' : 'odd';
    last.set(device, n);
    await setTags(device, { n });
  };
  for (let round = 0; round < 10; round++) await Promise.all(devices.map((device) => change(device, round)));
  await becomes(
    group,
    devices.filter((device) => last.get(device) === 'even'),
  );
}, 120_000);
