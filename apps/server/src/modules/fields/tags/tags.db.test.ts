import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import type { Device, DeviceId, DeviceTag, Group } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import { aCast, type Cast, type Tenant } from '../../../testing/cast.ts';
import { until } from '../../../testing/ledger-fixture.ts';

let cast: Cast;
let tenant: Tenant;
beforeAll(async () => {
  cast = await aCast();
});
afterAll(() => cast.stop());
beforeEach(async () => {
  tenant = await cast.aTenant(`acme ${crypto.randomUUID()}`);
});

const ada = (method: string, path: string, body?: unknown) =>
  cast.call(cast.running.token, method, path, body);
const smart = async (name: string, query: string, more: object = {}) => {
  const answer = await ada('POST', '/groups', { name, query, orgId: tenant.orgId, ...more });
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  return answer.body as Group;
};
const carry = (group: Group, tags: object) => ada('PUT', `/groups/${group.id}/tags`, { tags });
const carries = async (group: Group, tags: object) => {
  const answer = await carry(group, tags);
  expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
};
const device = async (id: DeviceId) => (await ada('GET', `/devices/${id}`)).body as Device;
const tagged = (id: DeviceId, tags: object) =>
  until(async () => JSON.stringify((await device(id)).tags) === JSON.stringify(tags));
const origins = async (id: DeviceId) => {
  const { items } = (await ada('GET', `/devices/${id}/tags`)).body as { items: DeviceTag[] };
  return items.map(({ key, value, origin, overrode }) => [
    key,
    value,
    origin.kind === 'group' ? origin.groupName : 'hand',
    overrode.map((other) => `${other.groupName} ${other.value}`),
  ]);
};
const rename = (id: DeviceId, hostname: string) =>
  cast.database.system('test', (tx) =>
    tx.execute(
      sql`update devices set hostname = ${hostname}, hostname_folded = ${hostname} where id = ${id}`,
    ),
  );
const members = (group: Group, ids: readonly DeviceId[]) =>
  until(async () => {
    const { items } = (await ada('GET', `/groups/${group.id}/devices`)).body as { items: { id: DeviceId }[] };
    return JSON.stringify(items.map(({ id }) => id).sort()) === JSON.stringify([...ids].sort());
  });

describe('tags by rule', () => {
  test('GT-6: members of a smart group get its tags and lose them with it; the origin is shown', async () => {
    const id = await cast.aDevice(tenant, { hostname: 'web-1' });
    const group = await smart('Web', 'hostname = web*');
    await members(group, [id]);
    await carries(group, { role: 'web', tier: 'front' });
    expect((await device(id)).tags).toEqual({ role: 'web', tier: 'front' });
    expect(await origins(id)).toEqual([
      ['role', 'web', 'Web', []],
      ['tier', 'front', 'Web', []],
    ]);
    await rename(id, 'db-1');
    await tagged(id, {});
    await rename(id, 'web-2');
    await tagged(id, { role: 'web', tier: 'front' });
    await carries(group, { role: 'www' });
    expect((await device(id)).tags).toEqual({ role: 'www' });
    expect((await ada('DELETE', `/groups/${group.id}`)).status).toBe(204);
    expect((await device(id)).tags).toEqual({});
  });

  test('GT-6: a tag by hand wins, the heavier of two groups comes next, and neither becomes the other', async () => {
    const id = await cast.aDevice(tenant, { hostname: 'web-1' });
    const light = await smart('Light', 'hostname = web*', { priority: 10 });
    const heavy = await smart('Heavy', 'hostname = web-1', { priority: 900 });
    await carries(light, { role: 'light' });
    await carries(heavy, { role: 'heavy' });
    await tagged(id, { role: 'heavy' });
    await ada('PATCH', `/groups/${light.id}`, { priority: 950 });
    expect((await device(id)).tags).toEqual({ role: 'light' });
    // What was read is sent back with one more: the tag of the group stays the group's.
    expect((await ada('PATCH', `/devices/${id}`, { tags: { role: 'light', owner: 'kim' } })).status).toBe(
      200,
    );
    expect(await origins(id)).toEqual([
      ['owner', 'kim', 'hand', []],
      ['role', 'light', 'Light', ['Heavy heavy']],
    ]);
    await ada('PATCH', `/devices/${id}`, { tags: { role: 'mine' } });
    expect(await origins(id)).toEqual([['role', 'mine', 'hand', ['Light light', 'Heavy heavy']]]);
    await ada('PATCH', `/devices/${id}`, { tags: {} });
    expect((await device(id)).tags).toEqual({ role: 'light' });
  });

  test('GT-5, GT-6: a group that asks for the tag of another follows it within a second', async () => {
    const id = await cast.aDevice(tenant, { hostname: 'web-1' });
    const web = await smart('Web', 'hostname = web*');
    const servers = await smart('Servers', 'tag.role = web');
    await members(web, [id]);
    await carries(web, { role: 'web' });
    await members(servers, [id]);
    await rename(id, 'db-1');
    await members(servers, []);
  });

  test('GT-6: circles are refused and explained, through tags, through names, and when a query changes', async () => {
    const self = await smart('Self', 'tag.role = web');
    const own = await carry(self, { role: 'web' });
    expect([own.status, own.text]).toEqual([409, expect.stringContaining('Self → Self')]);
    const a = await smart('A', 'tag.x = 1');
    const b = await smart('B', 'group = A');
    await carries(a, { y: '1' });
    const circle = await carry(b, { x: '1' });
    expect([circle.status, circle.text]).toEqual([409, expect.stringContaining('B → A → B')]);
    expect((await ada('GET', `/groups/${b.id}/tags`)).body as object).toMatchObject({ tags: {} });
    const c = await smart('C', 'os = linux');
    await carries(c, { z: '1' });
    const later = await ada('PATCH', `/groups/${c.id}`, { query: 'tag.z = 1' });
    expect([later.status, later.text]).toEqual([409, expect.stringContaining('C → C')]);
    const around = await smart('D', 'tag.z = 1');
    await carries(around, { w: '1' });
    expect((await ada('PATCH', `/groups/${c.id}`, { query: 'tag.w = 1 or os = linux' })).status).toBe(409);
  });

  test('GT-6: static groups carry no tags, wrong keys are refused, and an older etag is', async () => {
    const still = (await ada('POST', '/groups', { name: 'Still', orgId: tenant.orgId })).body as Group;
    expect((await carry(still, { role: 'x' })).status).toBe(409);
    const group = await smart('Web', 'os = linux');
    expect((await carry(group, { 'Role!': 'x' })).status).toBe(400);
    const put = await fetch(`${cast.running.url}/api/v1/groups/${group.id}/tags`, {
      method: 'PUT',
      headers: {
        authorization: `Bearer ${cast.running.token}`,
        'content-type': 'application/json',
        'if-match': '"99"',
      },
      body: JSON.stringify({ tags: { role: 'web' } }),
    });
    expect(put.status).toBe(412);
  });

  test('GT-4, GT-6: a policy may not move its own group through a tag that another group carries', async () => {
    const { items } = (await ada('GET', '/policies/fields')).body as {
      items: { field: string; moves: string[]; min: number }[];
    };
    const { field = '', min, moves: [moved] = [] } = items.find(({ moves }) => moves.length > 0) ?? {};
    const moving = await smart('Moving', `${moved} = *`);
    const resting = await smart('Resting', 'tag.role = web');
    const set = await ada('PUT', `/policies/group/${resting.id}`, { fields: { [field]: min } });
    expect([set.status, set.text]).toEqual([200, expect.any(String)]);
    const refused = await carry(moving, { role: 'web' });
    expect([refused.status, refused.text]).toEqual([409, expect.stringContaining('the query of Moving')]);
  });
});

describe('many devices', () => {
  test('GT-6: tags of many devices are set and removed at once, of all or of none; rules stay', async () => {
    const ids = [await cast.aDevice(tenant), await cast.aDevice(tenant)];
    const group = await smart('All', 'os = linux');
    await members(group, ids);
    await carries(group, { rule: 'yes' });
    const edit = (deviceIds: readonly string[], change: object) =>
      ada('POST', '/devices/tags', { deviceIds, ...change });
    expect((await edit(ids, { set: { role: 'web', owner: 'kim' } })).body as object).toEqual({ changed: 2 });
    expect((await edit(ids, { set: { role: 'web' } })).body as object).toEqual({ changed: 0 });
    const done = await edit(ids, { set: { role: 'db' }, remove: ['owner', 'rule'] });
    expect(done.body as object).toEqual({ changed: 2 });
    for (const id of ids) expect((await device(id)).tags).toEqual({ rule: 'yes', role: 'db' });
    const stranger = await edit([...ids, crypto.randomUUID()], { set: { role: 'x' } });
    expect(stranger.status).toBe(404);
    for (const id of ids) expect((await device(id)).tags).toEqual({ rule: 'yes', role: 'db' });
    expect((await edit(ids, { set: { role: 'x' }, remove: ['role'] })).status).toBe(400);
  });
});
