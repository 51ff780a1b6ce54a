import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import type { DeviceId, EffectiveField, Policy, PolicyPreview } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import { aCast, type Cast, type Tenant } from '../../testing/cast.ts';
import { until } from '../../testing/ledger-fixture.ts';

type Place = readonly [kind: string, id: string];
type Named = { id: string };

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
const organisation = (): Place => ['organisation', tenant.orgId];
const trySet = ([kind, id]: Place, fields: object) => ada('PUT', `/policies/${kind}/${id}`, { fields });
const set = async (place: Place, fields: object) => {
  const answer = await trySet(place, fields);
  expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
  return answer.body as Policy;
};
const preview = async ([kind, id]: Place, fields: object) =>
  (await ada('POST', `/policies/${kind}/${id}/preview`, { fields })).body as PolicyPreview;
const effective = async (id: DeviceId) =>
  (await ada('GET', `/devices/${id}/policy`)).body as { pending: boolean; fields: EffectiveField[] };
const field = async (id: DeviceId, name: string) =>
  (await effective(id)).fields.find((one) => one.field === name) as EffectiveField;
const stored = async (id: DeviceId) =>
  (await run<{ fields: Record<string, number> | null }>(sql`select fields from muster.policy_of(${id})`))[0]
    ?.fields ?? {};
const settles = (id: DeviceId, wanted: object) => until(async () => Bun.deepEquals(await stored(id), wanted));
const group = async (name: string, more: object = {}) => {
  const answer = await ada('POST', '/groups', { name, orgId: tenant.orgId, ...more });
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  return (answer.body as Named).id;
};
const add = (groupId: string, id: DeviceId) => ada('POST', `/groups/${groupId}/devices`, { deviceIds: [id] });
const events = (id: DeviceId) =>
  run<{ payload: object }>(sql`
    select payload from event_log where subject_id = ${id} and type = 'device.policy_changed' order by position`);

describe('inheritance', () => {
  test('GT-3: what an organisation sets holds for its devices, those to come included, and for nobody else', async () => {
    const device = await cast.aDevice(tenant);
    const stranger = await cast.aDevice(await cast.aTenant(`other ${crypto.randomUUID()}`));
    await set(organisation(), { checkInInterval: 120 });
    await settles(device, { checkInInterval: 120 });
    expect(await field(device, 'checkInInterval')).toMatchObject({
      value: 120,
      origin: { kind: 'organisation', placeId: tenant.orgId },
      overrode: [{ value: 60, origin: { kind: 'default' } }],
    });
    await settles(await cast.aDevice(tenant), { checkInInterval: 120 });
    expect(await stored(stranger)).toEqual({});
    await until(async () => (await events(device)).length === 1);
    expect((await events(device))[0]?.payload).toEqual({
      before: { checkInInterval: 60 },
      after: { checkInInterval: 120 },
    });
    await set(organisation(), {});
    await settles(device, {});
    expect((await effective(device)).pending).toBe(false);
  });
});

describe('who has the last word', () => {
  test('GT-3: site over organisation, groups over site by priority, the device over all, field by field, each with its origin', async () => {
    const device = await cast.aDevice(tenant);
    const [weak, strong] = [
      await group('A weak', { priority: 10 }),
      await group('B strong', { priority: 20 }),
    ];
    await set(organisation(), { checkInInterval: 100, offlineLimit: 400, inventoryInterval: 3_600 });
    await set(['site', tenant.siteId], { checkInInterval: 110 });
    for (const [id, checkInInterval] of [
      [weak, 120],
      [strong, 130],
    ] as const) {
      await set(['group', id], { checkInInterval });
      await add(id, device);
    }
    await set(['device', device], { offlineLimit: 500 });

    await settles(device, { checkInInterval: 130, offlineLimit: 500, inventoryInterval: 3_600 });
    const { fields } = await effective(device);
    const said = fields.map(({ field, value, origin, overrode }) => [
      field,
      `${value} ${origin.kind}`,
      overrode.map((one) => `${one.value} ${one.origin.kind}`),
    ]);
    expect(said).toEqual([
      ['checkInInterval', '130 group', ['120 group', '110 site', '100 organisation', '60 default']],
      ['offlineLimit', '500 device', ['400 organisation', '180 default']],
      ['inventoryInterval', '3600 organisation', ['21600 default']],
      ['keyMaxAge', '31536000 default', []],
    ]);
    const { items } = (await ada('GET', '/policies')).body as { items: Policy[] };
    expect(items.filter(({ orgId }) => orgId === tenant.orgId).map(({ kind }) => kind)).toEqual([
      'organisation',
      'site',
      'group',
      'group',
      'device',
    ]);
  });

  test('GT-3: moving, leaving, another priority, another parent and the end of a group are followed', async () => {
    const device = await cast.aDevice(tenant);
    const branch = await cast.aSite(tenant.orgId, 'Branch');
    const [outer, other] = [await group('Outer'), await group('Other', { priority: 50 })];
    const inner = await group('Inner', { parentId: outer });
    await set(['site', branch], { offlineLimit: 200 });
    await set(['group', outer], { offlineLimit: 300 });
    await set(['group', other], { offlineLimit: 400 });

    await run(sql`update devices set site_id = ${branch} where id = ${device}`);
    await settles(device, { offlineLimit: 200 });
    await add(inner, device);
    await settles(device, { offlineLimit: 300 });
    await add(other, device);
    await settles(device, { offlineLimit: 300 });
    await ada('PATCH', `/groups/${other}`, { priority: 500 });
    await settles(device, { offlineLimit: 400 });
    await ada('DELETE', `/groups/${other}`);
    await settles(device, { offlineLimit: 300 });
    await ada('PATCH', `/groups/${inner}`, { parentId: null });
    await settles(device, { offlineLimit: 200 });
    await ada('PATCH', `/groups/${inner}`, { parentId: outer });
    await settles(device, { offlineLimit: 300 });
    await ada('POST', `/groups/${inner}/devices/remove`, { deviceIds: [device] });
    await settles(device, { offlineLimit: 200 });
  });

  test('GT-3, GT-5: a device that enters a smart group has its policy by that, and loses it with it', async () => {
    const device = await cast.aDevice(tenant);
    const smart = await group('Kiosks', { query: 'tag.role = kiosk' });
    await set(['group', smart], { offlineLimit: 300 });
    const tag = (tags: object) =>
      run(sql`update devices set tags = ${JSON.stringify(tags)}::jsonb where id = ${device}`);
    await tag({ role: 'kiosk' });
    await settles(device, { offlineLimit: 300 });
    await tag({});
    await settles(device, {});
  });

  test('GT-3: what is worked out for many is what is explained for one, for policies made at random', async () => {
    const random = seeded(20_261_121);
    const pick = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)] as Item;
    const sites = [tenant.siteId, await cast.aSite(tenant.orgId, 'Branch')];
    const devices = await Promise.all(
      Array.from({ length: 12 }, () => cast.aDevice(tenant, { siteId: pick(sites) })),
    );
    const groups: string[] = [];
    for (const name of ['a', 'B', 'c', 'D', 'e', 'F'])
      groups.push(
        await group(name, {
          priority: pick([1, 1, 2]),
          parentId: random() < 0.5 ? (groups.at(-1) ?? null) : null,
        }),
      );
    for (const id of groups) await add(id, pick(devices));
    const places: Place[] = [
      organisation(),
      ...sites.map((id): Place => ['site', id]),
      ...groups.map((id): Place => ['group', id]),
      ...devices.slice(0, 4).map((id): Place => ['device', id]),
    ];
    for (let round = 0; round < 40; round++) {
      const fields: Record<string, number> = {};
      if (random() < 0.6) fields.offlineLimit = 200 + round;
      if (random() < 0.4) fields.checkInInterval = 100 + round;
      await set(pick(places), fields);
      if (round % 5 === 0) await add(pick(groups), pick(devices));
    }
    for (const device of devices) {
      const { fields } = await effective(device);
      const wanted = fields.flatMap(({ field, value, origin }) =>
        origin.kind === 'default' ? [] : [[field, value] as const],
      );
      await settles(device, Object.fromEntries(wanted));
    }
  }, 120_000);
});

/** Numbers in [0, 1) that are the same each time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

describe('looking before', () => {
  test('GT-3: the preview says for how many devices what would change, and changes nothing', async () => {
    const [one, two] = [await cast.aDevice(tenant), await cast.aDevice(tenant)];
    await set(['device', two], { offlineLimit: 300 });
    await settles(two, { offlineLimit: 300 });

    const found = await preview(organisation(), { offlineLimit: 240, checkInInterval: 60 });
    expect(found).toMatchObject({
      devices: 1,
      changes: [{ field: 'offlineLimit', before: 180, after: 240, devices: 1 }],
      sample: [{ id: one, changes: [{ field: 'offlineLimit', before: 180, after: 240 }] }],
    });
    expect(await preview(['device', two], {})).toMatchObject({
      devices: 1,
      sample: [{ id: two, changes: [{ before: 300, after: 180 }] }],
    });
    expect(await preview(['site', tenant.siteId], {})).toEqual({ devices: 0, changes: [], sample: [] });
    expect(await stored(one)).toEqual({});
    expect(((await ada('GET', `/policies/organisation/${tenant.orgId}`)).body as Policy).fields).toEqual({});
  });
});

describe('refusals', () => {
  const refusal = async (answer: Promise<{ status: number; text: string }>) => {
    const { status, text } = await answer;
    return [status, (JSON.parse(text) as { detail: string }).detail] as const;
  };

  test('GT-3: a group may not set what moves the field that it asks for, neither through a name nor through a group inside it', async () => {
    const away = await group('Away', { query: 'status = offline' });
    await group('Named', { query: 'group = "Away" and os = linux' });
    const outer = await group('Outer');
    await group('Inside', { query: 'cpu > 90', parentId: outer });
    const named = (
      (await ada('GET', '/groups')).body as { items: (Named & { name: string; orgId: string })[] }
    ).items.find(({ name, orgId }) => name === 'Named' && orgId === tenant.orgId) as Named;

    const own = await refusal(trySet(['group', away], { offlineLimit: 300 }));
    expect(own).toEqual([
      409,
      expect.stringMatching(/Away may not set the offline limit: its own query asks for status/),
    ]);
    const byName = await refusal(trySet(['group', named.id], { offlineLimit: 300 }));
    expect(byName).toEqual([
      409,
      expect.stringMatching(/the query of Away, on which it stands, asks for status/),
    ]);
    const inside = await refusal(trySet(['group', outer], { checkInInterval: 300 }));
    expect(inside).toEqual([
      409,
      expect.stringMatching(/the query of Inside, on which it stands, asks for cpu/),
    ]);
    await set(['group', away], { inventoryInterval: 3_600 });
    expect(((await ada('GET', `/policies/group/${outer}`)).body as Policy).fields).toEqual({});
  });

  test('GT-3: a query that would break the policy of its group, or of one around it, is refused as well', async () => {
    const smart = await group('Servers', { query: 'tag.role = server' });
    const outer = await group('Outer');
    await set(['group', smart], { offlineLimit: 300 });
    await set(['group', outer], { offlineLimit: 300 });

    const changed = await refusal(
      ada('PATCH', `/groups/${smart}`, { query: 'last_seen > 3d and status = offline' }),
    );
    expect(changed).toEqual([409, expect.stringMatching(/asks for status, which moves with it/)]);
    const made = await refusal(
      ada('POST', '/groups', {
        name: 'Gone',
        orgId: tenant.orgId,
        query: 'status = offline',
        parentId: outer,
      }),
    );
    expect(made).toEqual([
      409,
      expect.stringMatching(/the query of Gone, on which it stands, asks for status/),
    ]);
    expect((await ada('PATCH', `/groups/${smart}`, { query: 'os = linux' })).status).toBe(200);
  });

  test('GT-3: values out of bounds, unknown fields, strangers’ places and outdated etags are refused', async () => {
    expect((await trySet(organisation(), { checkInInterval: 5 })).status).toBe(400);
    expect((await trySet(organisation(), { offlineLimit: 1e9 })).status).toBe(400);
    expect((await trySet(organisation(), { rootPassword: 1 })).status).toBe(400);
    expect((await trySet(['site', crypto.randomUUID()], {})).status).toBe(404);
    const send = (ifMatch: Record<string, string>) =>
      fetch(`${cast.running.url}/api/v1/policies/organisation/${tenant.orgId}`, {
        method: 'PUT',
        headers: {
          authorization: `Bearer ${cast.running.token}`,
          'content-type': 'application/json',
          ...ifMatch,
        },
        body: JSON.stringify({ fields: { offlineLimit: 300 } }),
      });
    const { etag } = (await ada('GET', `/policies/organisation/${tenant.orgId}`)).body as Policy;
    expect((await send({})).status).toBe(428);
    expect((await send({ 'if-match': etag })).status).toBe(200);
    expect((await send({ 'if-match': etag })).status).toBe(412);
  });

  test('GT-3, SE-3: whoever has a part of an organisation sets policies there and nowhere else', async () => {
    const mine = await cast.aDevice(tenant);
    const branch = await cast.aSite(tenant.orgId, 'Branch');
    const theirs = await cast.aDevice(tenant, { siteId: branch });
    const user = await cast.aPerson('Grace', 'admin', { orgId: tenant.orgId, siteId: tenant.siteId });
    const token = await cast.signIn(user);
    const put = async (kind: string, id: string) =>
      (await cast.call(token, 'PUT', `/policies/${kind}/${id}`, { fields: { offlineLimit: 300 } })).status;

    expect([await put('site', tenant.siteId), await put('device', mine)]).toEqual([200, 200]);
    expect([await put('organisation', tenant.orgId), await put('site', branch)]).toEqual([404, 404]);
    expect([await put('device', theirs), await put('group', await group('Any'))]).toEqual([404, 404]);
    const { items } = (await cast.call(token, 'GET', '/policies')).body as { items: Policy[] };
    expect(items.map(({ kind }) => kind)).toEqual(['site', 'device']);
  });
});
