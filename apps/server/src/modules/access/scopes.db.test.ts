import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { DeviceId, GroupId, SiteId, UserId } from '@muster/contracts';
import { aCast, type Cast, type Tenant } from '../../testing/cast.ts';

let cast: Cast;
let tenant: Tenant;
let branch: SiteId;
let inMain: DeviceId;
let inBranch: DeviceId;
let grouped: DeviceId;
let outer: GroupId;
let inner: GroupId;

beforeAll(async () => {
  cast = await aCast();
  tenant = await cast.aTenant('acme');
  branch = await cast.aSite(tenant.orgId, 'branch');
  inMain = await cast.aDevice(tenant, { hostname: 'in-main' });
  inBranch = await cast.aDevice(tenant, { siteId: branch, hostname: 'in-branch' });
  grouped = await cast.aDevice(tenant, { hostname: 'grouped' });
  const group = async (name: string, parentId: GroupId | null) =>
    (await ada('POST', '/groups', { name, orgId: tenant.orgId, parentId })).body as { id: GroupId };
  outer = (await group('outer', null)).id;
  inner = (await group('inner', outer)).id;
  await ada('POST', `/groups/${inner}/devices`, { deviceIds: [grouped] });
});
afterAll(() => cast.stop());

const ada = (method: string, path: string, body?: unknown) =>
  cast.call(cast.running.token, method, path, body);

async function as(
  userId: UserId,
): Promise<(method: string, path: string, body?: unknown) => Promise<{ status: number; body: never }>> {
  const token = await cast.signIn(userId);
  return (method, path, body) => cast.call(token, method, path, body);
}

async function namesSeen(call: Awaited<ReturnType<typeof as>>): Promise<string[]> {
  const { body } = await call('GET', '/devices');
  return (body as { items: { hostname: string }[] }).items.map((row) => row.hostname);
}

test('SE-3, GT-1: an operator of one site sees and commands the devices of that site alone', async () => {
  const call = await as(
    await cast.aPerson('site operator', 'operator', { orgId: tenant.orgId, siteId: branch }),
  );

  expect(await namesSeen(call)).toEqual(['in-branch']);
  expect((await call('GET', '/devices/summary')).body).toMatchObject({ total: 1 });
  const values = (await call('GET', '/devices/query-values?field=hostname')).body as {
    values: { value: string }[];
  };
  expect(values.values.map(({ value }) => value)).toEqual(['in-branch']);

  for (const [deviceId, good] of [
    [inBranch, true],
    [inMain, false],
    [grouped, false],
  ] as const) {
    const statuses = [
      await call('GET', `/devices/${deviceId}`),
      await call('GET', `/devices/${deviceId}/telemetry`),
      await call('PATCH', `/devices/${deviceId}`, { tags: { seen: 'yes' } }),
      await call('POST', `/devices/${deviceId}/commands/process.list`, { payload: {} }),
      await call('POST', `/devices/${deviceId}/suspend`, {}),
      await call('POST', `/devices/${deviceId}/resume`),
    ].map(({ status }) => status);
    expect(statuses).toEqual(good ? [200, 200, 200, 202, 200, 200] : [404, 404, 404, 404, 404, 404]);
  }
});

test('SE-3: commands of devices out of scope are not listed, read or cancelled', async () => {
  const call = await as(
    await cast.aPerson('site operator', 'operator', { orgId: tenant.orgId, siteId: branch }),
  );
  const made = await ada('POST', `/devices/${inMain}/commands/process.list`, { payload: {} });
  const { id } = made.body as { id: string };

  expect((await call('GET', `/commands/${id}`)).status).toBe(404);
  expect((await call('POST', `/commands/${id}/cancel`)).status).toBe(404);
  expect((await ada('GET', `/commands/${id}`)).body).toMatchObject({ state: 'queued' });
  const listed = (await call('GET', '/commands')).body as {
    items: { deviceId: string }[];
    count: { value: number };
  };
  expect(new Set(listed.items.map((command) => command.deviceId))).toEqual(new Set([inBranch]));
  expect(listed.count.value).toBe(listed.items.length);
});

test('SE-3: a grant on a group holds for the groups inside it, and ends when the device leaves', async () => {
  const call = await as(
    await cast.aPerson('group viewer', 'viewer', { orgId: tenant.orgId, groupId: outer }),
  );

  expect(await namesSeen(call)).toEqual(['grouped']);
  expect((await call('GET', `/devices/${grouped}`)).status).toBe(200);
  await ada('POST', `/groups/${inner}/devices/remove`, { deviceIds: [grouped] });
  expect(await namesSeen(call)).toEqual([]);
  expect((await call('GET', `/devices/${grouped}`)).status).toBe(404);
  await ada('POST', `/groups/${inner}/devices`, { deviceIds: [grouped] });
});

test('SE-3: each permission holds where its own grant does: viewer of the organisation, operator of a site', async () => {
  const userId = await cast.aPerson('mixed', 'viewer', { orgId: tenant.orgId });
  await cast.grant(userId, 'operator', { orgId: tenant.orgId, siteId: branch });
  const call = await as(userId);

  expect((await namesSeen(call)).sort()).toEqual(['grouped', 'in-branch', 'in-main']);
  const rename = (deviceId: DeviceId) =>
    call('PATCH', `/devices/${deviceId}`, { displayName: null, tags: { a: 'b' } });
  expect((await rename(inBranch)).status).toBe(200);
  expect((await rename(inMain)).status).toBe(404);
});

test('GT-1, GT-2: a device is moved only to a site that its mover manages, and keeps everything', async () => {
  const userId = await cast.aPerson('mover', 'operator', { orgId: tenant.orgId, siteId: branch });
  const call = await as(userId);
  const before = (await call('GET', `/devices/${inBranch}`)).body as { tags: unknown; createdAt: string };
  const toMain = { siteId: tenant.siteId };

  expect((await call('PATCH', `/devices/${inBranch}`, toMain)).status).toBe(400);
  await cast.grant(userId, 'operator', { orgId: tenant.orgId, siteId: tenant.siteId });
  const moved = await call('PATCH', `/devices/${inBranch}`, toMain);
  expect(moved.status).toBe(200);
  expect(moved.body).toMatchObject({
    siteId: tenant.siteId,
    tags: before.tags as never,
    createdAt: before.createdAt,
  });
  const commands = (await ada('GET', `/commands?deviceId=${inBranch}`)).body as { items: unknown[] };
  expect(commands.items.length).toBeGreaterThan(0);
  await ada('PATCH', `/devices/${inBranch}`, { siteId: branch });
});

test('EN-1, SE-3: whoever has one site makes enrolment tokens for that site and sees no others', async () => {
  const call = await as(
    await cast.aPerson('site operator', 'operator', { orgId: tenant.orgId, siteId: branch }),
  );
  await ada('POST', '/enrolment-tokens', { siteId: tenant.siteId, description: 'of main' });

  expect((await call('POST', '/enrolment-tokens', { siteId: tenant.siteId })).status).toBe(404);
  expect((await call('POST', '/enrolment-tokens', { description: 'of branch' })).status).toBe(201);
  const { items } = (await call('GET', '/enrolment-tokens')).body as { items: { description: string }[] };
  expect(items.map(({ description }) => description)).toEqual(['of branch']);
  const sites = (await call('GET', '/sites')).body as { items: { id: string }[] };
  expect(sites.items.map(({ id }) => id)).toEqual([branch]);
});

test('SE-4: what may this person do, and why: each grant that allows it, for a device only those that reach it', async () => {
  const userId = await cast.aPerson('asked about', 'viewer', { orgId: tenant.orgId });
  await cast.grant(userId, 'operator', { orgId: tenant.orgId, groupId: outer });
  type Rights = {
    rights: { permission: string; allowed: boolean; because: { roleName: string; placeName: string }[] }[];
  };
  const explain = async (query: string) => {
    const { body } = await ada('GET', `/access/explain?userId=${userId}&${query}`);
    return (body as Rights).rights[0];
  };

  expect(await explain(`permission=sentpulse:device:manage&deviceId=${grouped}`)).toMatchObject({
    permission: 'devices:manage',
    allowed: true,
    because: [{ roleName: 'Operator', placeName: 'outer' }],
  });
  expect(await explain(`permission=devices:manage&deviceId=${inMain}`)).toMatchObject({
    allowed: false,
    because: [],
  });
  expect(await explain(`permission=devices:read&deviceId=${inMain}`)).toMatchObject({
    because: [{ roleName: 'Viewer', placeName: 'acme' }],
  });
  expect(await explain('permission=system:manage')).toMatchObject({ allowed: false });
  const self = await (await as(userId))('GET', '/access/explain?permission=devices:read');
  expect((self.body as Rights).rights[0]?.because).toHaveLength(2);
  const other = await (await as(userId))('GET', `/access/explain?userId=${await cast.aPerson('other')}`);
  expect(other.status).toBe(403);
});

test('GT-1: groups do not run in circles, and one that a grant stands on stays', async () => {
  expect((await ada('PATCH', `/groups/${outer}`, { parentId: inner })).status).toBe(409);
  expect((await ada('DELETE', `/groups/${outer}`)).status).toBe(409);
  const lone = (await ada('POST', '/groups', { name: 'lone', orgId: tenant.orgId })).body as { id: string };
  const again = await ada('POST', '/groups', { name: 'LONE', orgId: tenant.orgId });
  expect([again.status, (again.body as { detail: string }).detail]).toEqual([
    ...[409, 'The organisation has a group called “LONE” already; choose another name.'],
  ]);
  const elsewhere = await cast.aDevice(await cast.aTenant('elsewhere'));
  expect((await ada('POST', `/groups/${lone.id}/devices`, { deviceIds: [elsewhere, inMain] })).status).toBe(
    404,
  );
  const devices = async () =>
    ((await ada('GET', `/groups/${lone.id}/devices`)).body as { items: unknown[] }).items;
  expect(await devices()).toEqual([]);
  await ada('POST', `/groups/${lone.id}/devices`, { deviceIds: [inMain] });
  expect(await devices()).toMatchObject([{ id: inMain, lifecycle: 'active', presence: 'unknown' }]);
  expect((await ada('DELETE', `/groups/${lone.id}`)).status).toBe(204);
});

test('GT-1, GT-2: organisations and sites are made, changed and removed; nothing goes that something lives in', async () => {
  const made = await ada('POST', '/organisations', {
    name: 'Globex',
    siteName: 'hq',
    timezone: 'Europe/Berlin',
  });
  const org = made.body as { id: string; etag: string; sites: number };
  expect(org.sites).toBe(1);
  const site = await ada('POST', '/sites', {
    orgId: org.id,
    name: 'plant',
    location: 'Ulm',
    timezone: 'Europe/Berlin',
    contactEmail: 'plant@example.org',
  });
  const { id } = site.body as { id: SiteId };
  const changed = await ada('PATCH', `/sites/${id}`, { location: 'Neu-Ulm', contactEmail: null });
  expect(changed.body).toMatchObject({
    name: 'plant',
    location: 'Neu-Ulm',
    timezone: 'Europe/Berlin',
    contactEmail: null,
  });
  expect((await ada('PATCH', `/sites/${id}`, { timezone: 'Mars/Olympus' })).status).toBe(400);
  expect((await ada('POST', '/organisations', { name: 'globex' })).status).toBe(409);

  const deviceId = await cast.aDevice({ orgId: org.id, siteId: id, name: 'globex' } as Tenant);
  expect((await ada('DELETE', `/sites/${id}`)).status).toBe(409);
  expect((await ada('DELETE', `/organisations/${org.id}`)).status).toBe(409);
  await ada('POST', `/devices/${deviceId}/retire`, {});
  expect((await ada('DELETE', `/sites/${id}`)).status).toBe(204);
  expect((await ada('DELETE', `/organisations/${org.id}`)).status).toBe(204);
  expect((await ada('GET', `/devices/${deviceId}`)).status).toBe(404);
});

test('GT-2: the relay of a site is an active device that lives there, until it moves away or ends', async () => {
  const siteId = await cast.aSite(tenant.orgId, 'with a relay');
  const relay = await cast.aDevice(tenant, { siteId, hostname: 'relay' });
  const name = (relayDeviceId: unknown) => ada('PATCH', `/sites/${siteId}`, { relayDeviceId });
  const relayNow = async () =>
    (
      (await ada('GET', '/sites')).body as { items: { id: string; relayDeviceId: string | null }[] }
    ).items.find(({ id }) => id === siteId)?.relayDeviceId;

  expect((await name(inMain)).status).toBe(400);
  expect((await name(await cast.aDevice(tenant, { siteId, lifecycle: 'retired' }))).status).toBe(400);
  expect((await name(relay)).body).toMatchObject({ relayDeviceId: relay });
  await ada('PATCH', `/devices/${relay}`, { tags: { still: 'here' } });
  expect(await relayNow()).toBe(relay);

  await ada('PATCH', `/devices/${relay}`, { siteId: branch });
  expect(await relayNow()).toBeNull();
  await ada('PATCH', `/devices/${relay}`, { siteId });
  await name(relay);
  await ada('POST', `/devices/${relay}/retire`, {});
  expect(await relayNow()).toBeNull();
});
