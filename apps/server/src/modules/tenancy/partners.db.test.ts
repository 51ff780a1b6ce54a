import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { OrgId } from '@muster/contracts';
import { aCast, type Cast, type Tenant } from '../../testing/cast.ts';

let cast: Cast;
let msp: Tenant;
let customer: Tenant;
let stranger: Tenant;

beforeAll(async () => {
  cast = await aCast();
  msp = await cast.aTenant('msp');
  customer = await cast.aTenant('customer');
  stranger = await cast.aTenant('stranger');
  for (const tenant of [msp, customer, stranger])
    await cast.aDevice(tenant, { hostname: `pc-${tenant.name}` });
});
afterAll(() => cast.stop());

const ada = (method: string, path: string, body?: unknown) =>
  cast.call(cast.running.token, method, path, body);
const put = async (orgId: OrgId, partnerId: OrgId | null) =>
  (await ada('PUT', `/organisations/${orgId}/partner`, { partnerId })).status;

async function seenBy(token: string): Promise<string[]> {
  const { body } = await cast.call(token, 'GET', '/devices');
  return (body as { items: { hostname: string }[] }).items.map((row) => row.hostname).sort();
}

test('GT-1, SE-2: a role in all of a partner holds in its customers, from that moment and no longer', async () => {
  const operator = await cast.signIn(await cast.aPerson('op', 'operator', { orgId: msp.orgId }));
  expect(await seenBy(operator)).toEqual(['pc-msp']);

  expect(await put(customer.orgId, msp.orgId)).toBe(200);
  expect(await seenBy(operator)).toEqual(['pc-customer', 'pc-msp']);
  const bySite = await cast.signIn(
    await cast.aPerson('op of a site', 'operator', { orgId: msp.orgId, siteId: msp.siteId }),
  );
  expect(await seenBy(bySite)).toEqual(['pc-msp']);

  expect(await put(customer.orgId, null)).toBe(200);
  expect(await seenBy(operator)).toEqual(['pc-msp']);
});

test('GT-1, SE-2: nothing flows the other way, nor to another customer', async () => {
  await put(customer.orgId, msp.orgId);
  await put(stranger.orgId, msp.orgId);
  const own = await cast.signIn(await cast.aPerson('customer admin', 'admin', { orgId: customer.orgId }));

  expect(await seenBy(own)).toEqual(['pc-customer']);
  expect(
    (await cast.call(own, 'PUT', `/organisations/${customer.orgId}/partner`, { partnerId: null })).status,
  ).toBe(403);
  await put(stranger.orgId, null);
});

test('GT-1: an organisation that is made under a partner is open to its people at once, and why is explained', async () => {
  const viewer = await cast.aPerson('viewer', 'viewer', { orgId: msp.orgId });
  const token = await cast.signIn(viewer);
  const made = await ada('POST', '/organisations', { name: 'newcomer', partnerId: msp.orgId });
  const { id } = made.body as { id: OrgId };

  const { body } = await cast.call(token, 'GET', '/organisations');
  expect((body as { items: { name: string }[] }).items.map(({ name }) => name)).toContain('newcomer');
  const { items } = (await ada('GET', '/devices?query=hostname%20%3D%20pc-customer')).body as {
    items: { id: string }[];
  };
  const why = await cast.call(
    token,
    'GET',
    `/access/explain?deviceId=${items[0]?.id}&permission=devices:read`,
  );
  expect(why.body).toMatchObject({ rights: [{ allowed: true, because: [{ placeName: 'msp' }] }] });
  expect((await ada('DELETE', `/organisations/${id}`)).status).toBe(204);
});

test('GT-1: partners make neither chains nor circles, also not two at once', async () => {
  await put(customer.orgId, msp.orgId);

  expect(await put(msp.orgId, stranger.orgId)).toBe(409);
  expect(await put(stranger.orgId, customer.orgId)).toBe(400);
  expect(await put(msp.orgId, msp.orgId)).toBe(400);
  expect((await ada('DELETE', `/organisations/${msp.orgId}`)).status).toBe(409);

  await put(customer.orgId, null);
  const both = await Promise.all([put(customer.orgId, stranger.orgId), put(stranger.orgId, customer.orgId)]);
  const [won, lost] = [...both].sort();
  expect(won).toBe(200);
  expect([400, 409]).toContain(lost ?? 0);
  const { items } = (await ada('GET', '/organisations')).body as {
    items: { id: OrgId; partnerId: OrgId | null }[];
  };
  const partners = new Set(items.flatMap(({ partnerId }) => partnerId ?? []));
  expect(items.filter(({ id, partnerId }) => partners.has(id) && partnerId)).toEqual([]);
});
