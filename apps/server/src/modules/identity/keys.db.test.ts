import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { DeviceId, UserId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import { aCast, type Cast, type Tenant } from '../../testing/cast.ts';

type Made = { key: { id: string; prefix: string; lastUsedAt: string | null }; secret: string };

let cast: Cast;
let tenant: Tenant;
let deviceId: DeviceId;
let other: DeviceId;
beforeAll(async () => {
  cast = await aCast();
  tenant = await cast.aTenant('acme');
  [deviceId, other] = [await cast.aDevice(tenant), await cast.aDevice(tenant)];
});
afterAll(() => cast.stop());

async function aKey(userId: UserId, input: Record<string, unknown> = {}): Promise<Made> {
  const answer = await cast.call(await cast.signIn(userId), 'POST', '/api-keys', {
    name: 'script',
    ...input,
  });
  expect(answer.status).toBe(201);
  return answer.body as Made;
}

const statusOf = async (secret: string, method: string, path: string, body?: unknown) =>
  (await cast.call(secret, method, path, body)).status;

test('SE-7: a key is shown once, known again by its prefix, and kept as a hash', async () => {
  const userId = await cast.aPerson('Maker', 'operator', { orgId: tenant.orgId });
  const { key, secret } = await aKey(userId);

  expect(secret).toStartWith(`${key.prefix}_`);
  expect(await statusOf(secret, 'GET', `/devices/${deviceId}`)).toBe(200);
  const { rows } = await cast.database.system('test', (tx) =>
    tx.execute<{ text: string; used: boolean }>(
      sql`select k::text as text, last_used_at is not null as used from api_keys k where id = ${key.id}::uuid`,
    ),
  );
  expect(rows[0]?.text).not.toContain(secret.slice(key.prefix.length + 1));
  expect(rows[0]?.used).toBe(true);
  const cookie = await fetch(`${cast.running.url}/api/v1/auth/me`, {
    headers: { cookie: `muster_session=${secret}` },
  });
  expect(cookie.status).toBe(401);
});

test('SE-7: a key never allows more than its maker may at use, and nothing beyond its own list', async () => {
  const userId = await cast.aPerson('Demoted', 'operator', { orgId: tenant.orgId });
  const all = await aKey(userId);
  const reader = await aKey(userId, { permissions: ['devices:read'] });
  const rename = (secret: string) => statusOf(secret, 'PATCH', `/devices/${deviceId}`, { tags: {} });

  expect([await rename(all.secret), await rename(reader.secret)]).toEqual([200, 403]);
  const greedy = await cast.call(await cast.signIn(userId), 'POST', '/api-keys', {
    name: 'x',
    permissions: ['users:manage'],
  });
  expect(greedy.status).toBe(403);
  await cast.database.system('test', (tx) =>
    tx.execute(sql`delete from grants where user_id = ${userId}::uuid`),
  );
  await cast.grant(userId, 'viewer', { orgId: tenant.orgId });
  expect([await rename(all.secret), await statusOf(all.secret, 'GET', `/devices/${deviceId}`)]).toEqual([
    403, 200,
  ]);
});

test('SE-7: expired and revoked keys open nothing, and a key makes no keys and changes no password', async () => {
  const userId = await cast.aPerson('Keeper', 'operator', { orgId: tenant.orgId });
  const { key, secret } = await aKey(userId);
  expect(await statusOf(secret, 'POST', '/api-keys', { name: 'child' })).toBe(403);
  expect(
    await statusOf(secret, 'POST', '/auth/password', {
      currentPassword: 'x',
      newPassword: 'orbit saddle lemon',
    }),
  ).toBe(403);

  const token = await cast.signIn(userId);
  expect((await cast.call(token, 'DELETE', `/api-keys/${key.id}`)).body).toMatchObject({ state: 'revoked' });
  expect(await statusOf(secret, 'GET', '/auth/me')).toBe(401);
  const late = await aKey(userId);
  await cast.database.system('test', (tx) =>
    tx.execute(
      sql`update api_keys set expires_at = now() - interval '1 second' where id = ${late.key.id}::uuid`,
    ),
  );
  expect(await statusOf(late.secret, 'GET', '/auth/me')).toBe(401);
  const stranger = await cast.signIn(await cast.aPerson('Other', 'operator', { orgId: tenant.orgId }));
  expect(await statusOf(stranger, 'DELETE', `/api-keys/${late.key.id}`)).toBe(404);
});

test('EN-4, SE-7: a node-bound key speaks for its device and for nothing else', async () => {
  const userId = await cast.aPerson('Node owner', 'operator');
  const { secret } = await aKey(userId, { deviceId });
  const read = (id: DeviceId) => statusOf(secret, 'GET', `/devices/${id}`);

  expect([await read(deviceId), await read(other)]).toEqual([200, 404]);
  expect(await statusOf(secret, 'POST', `/devices/${other}/commands/process.list`, { payload: {} })).toBe(
    404,
  );
  const listed = (await cast.call(secret, 'GET', '/devices')).body as { items: { id: string }[] };
  expect(listed.items.map(({ id }) => id)).toEqual([deviceId]);
  expect((await cast.call(secret, 'GET', '/sites')).body).toEqual({ items: [] } as never);
  expect(await statusOf(secret, 'GET', '/system/status')).toBe(403);
  expect(await statusOf(secret, 'POST', '/enrolment-tokens', {})).toBe(404);
  const checkIn = (agentId: DeviceId) =>
    fetch(`${cast.running.url}/sentpulse.v1.AgentService/CheckIn`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ agentId }),
    });
  expect([(await checkIn(deviceId)).status, (await checkIn(other)).status]).toEqual([200, 404]);
});
