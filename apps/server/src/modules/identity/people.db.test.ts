import { afterAll, beforeAll, expect, test } from 'bun:test';
import { BUILT_IN_ROLES, type UserId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import { aCast, CAST_PASSWORD, type Cast, type Tenant } from '../../testing/cast.ts';
import { until } from '../../testing/ledger-fixture.ts';

type Invited = { user: { id: UserId; state: string }; link: { token: string; path: string } };

let cast: Cast;
let tenant: Tenant;
beforeAll(async () => {
  cast = await aCast();
  adasToken = cast.running.token;
  tenant = await cast.aTenant('acme');
});
afterAll(() => cast.stop());

let adasToken: string;
const ada = (method: string, path: string, body?: unknown) => cast.call(adasToken, method, path, body);
const signIn = (email: string, password: string) =>
  cast.call(undefined, 'POST', '/auth/login', { email, password });
const redeem = (token: string, password: string) =>
  cast.call(undefined, 'POST', '/auth/password-links/redeem', { token, password });

async function invite(email: string): Promise<Invited> {
  const grants = [{ roleId: BUILT_IN_ROLES.viewer.id, orgId: tenant.orgId }];
  const answer = await ada('POST', '/users', { email, name: 'Grace', grants });
  expect(answer.status).toBe(201);
  return answer.body as Invited;
}

test('SE-12: an invited person chooses a password by a link that works once, and then has the roles given', async () => {
  const { user, link } = await invite('Grace@example.org');
  expect(user.state).toBe('invited');
  expect(link.path).toBe(`/invitation#token=${link.token}`);
  const seen = await cast.call(undefined, 'POST', '/auth/password-links/inspect', { token: link.token });
  expect(seen.body).toMatchObject({ email: 'grace@example.org', purpose: 'invitation' });

  const weak = await redeem(link.token, 'Passwort123456');
  const both = await Promise.all([redeem(link.token, CAST_PASSWORD), redeem(link.token, CAST_PASSWORD)]);
  expect(weak.status).toBe(400);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 410]);
  const session = await signIn('grace@example.org', CAST_PASSWORD);
  expect((session.body as { user: { permissions: string[] } }).user.permissions).toContain('devices:read');
  const again = await ada('POST', '/users', { email: 'GRACE@example.org', name: 'x', grants: [] });
  expect(again.status).toBe(409);
  const { rows } = await cast.database.system('test', (tx) =>
    tx.execute<{ text: string }>(sql`select l::text as text from password_links l`),
  );
  expect(rows.some(({ text }) => text.includes(link.token))).toBe(false);
});

test('SE-12: a link that expired, or was replaced by a newer one, is gone', async () => {
  const { user, link } = await invite('expired@example.org');
  const renewed = (await ada('POST', `/users/${user.id}/password-link`)).body as { token: string };
  expect((await redeem(link.token, CAST_PASSWORD)).status).toBe(410);
  await cast.database.system('test', (tx) =>
    tx.execute(
      sql`update password_links set expires_at = now() - interval '1 second' where user_id = ${user.id}::uuid`,
    ),
  );
  expect((await redeem(renewed.token, CAST_PASSWORD)).status).toBe(410);
});

test('SE-12: disabling ends sessions, keys and links at once; enabling lets the person back in', async () => {
  const userId = await cast.aPerson('Linus', 'operator', { orgId: tenant.orgId });
  const token = await cast.signIn(userId);
  const made = await cast.call(token, 'POST', '/api-keys', { name: 'script' });
  const { secret } = made.body as { secret: string };
  const link = (await ada('POST', `/users/${userId}/password-link`)).body as { token: string };
  const open = async () =>
    Promise.all([token, secret].map(async (one) => (await cast.call(one, 'GET', '/auth/me')).status));

  expect(await open()).toEqual([200, 200]);
  expect((await ada('POST', `/users/${userId}/disable`)).body).toMatchObject({ state: 'disabled' });
  expect(await open()).toEqual([401, 401]);
  expect((await redeem(link.token, CAST_PASSWORD)).status).toBe(410);
  expect((await ada('POST', `/users/${userId}/enable`)).body).toMatchObject({ state: 'active' });
  expect(await open()).toEqual([401, 200]);
});

test('IN-2: who signs in and out is an event of the organisations that they have a role in', async () => {
  const userId = await cast.aPerson('Comes and goes', 'viewer', { orgId: tenant.orgId });
  const { email } = (await ada('GET', `/users/${userId}`)).body as { email: string };
  const session = (await signIn(email, CAST_PASSWORD)).body as { token: string };

  expect((await cast.call(session.token, 'POST', '/auth/logout')).status).toBe(204);

  const told = async () => {
    const { rows } = await cast.database.system('test', (tx) =>
      tx.execute(
        sql`select type, org_id as "orgId" from event_log where subject_id = ${userId} order by position`,
      ),
    );
    return rows;
  };
  await until(async () => (await told()).length === 2);
  expect(await told()).toEqual([
    { type: 'user.login', orgId: tenant.orgId },
    { type: 'user.logout', orgId: tenant.orgId },
  ]);
});

test('SE-12, SE-10: a removed person is out, keeps what they did, and leaves their address free', async () => {
  const userId = await cast.aPerson('Removed', 'viewer', { orgId: tenant.orgId });
  const token = await cast.signIn(userId);
  const { email } = (await ada('GET', `/users/${userId}`)).body as { email: string };

  expect((await ada('DELETE', `/users/${userId}`)).status).toBe(204);
  expect((await cast.call(token, 'GET', '/auth/me')).status).toBe(401);
  expect((await ada('GET', `/users/${userId}`)).status).toBe(404);
  expect((await ada('POST', '/users', { email, name: 'New', grants: [] })).status).toBe(201);
});

test('SE-12: the last administrator cannot be disabled, removed or lose the role', async () => {
  const me = (await ada('GET', '/auth/me')).body as { id: string };
  const user = (await ada('GET', `/users/${me.id}`)).body as { grants: { id: string }[] };
  const attempts = [
    await ada('POST', `/users/${me.id}/disable`),
    await ada('DELETE', `/users/${me.id}`),
    await ada('DELETE', `/grants/${user.grants[0]?.id}`),
  ];
  expect(attempts.map(({ status }) => status)).toEqual([409, 409, 409]);

  const second = await cast.aPerson('Second', 'admin');
  const both = await Promise.all([
    ada('POST', `/users/${second}/disable`),
    cast.call(await cast.signIn(second), 'POST', `/users/${me.id}/disable`),
  ]);
  expect(both.filter(({ status }) => status === 200)).toHaveLength(1);
  const { rows } = await cast.database.system('test', (tx) =>
    tx.execute<{ left: number }>(sql`
      select count(*)::int as left from users u join grants g on g.user_id = u.id
      where g.role_id = ${BUILT_IN_ROLES.admin.id}::uuid and g.org_id is null and u.disabled_at is null`),
  );
  expect(rows[0]?.left).toBe(1);
  await cast.database.system('test', (tx) => tx.execute(sql`update users set disabled_at = null`));
  // Whoever lost is signed out.
  adasToken = await cast.signIn(me.id as UserId);
});

test('SE-3: nobody gives, takes or reaches for more than they have', async () => {
  const tenantAdmin = await cast.aPerson('Tenant admin', 'admin', { orgId: tenant.orgId });
  const token = await cast.signIn(tenantAdmin);
  const call = (method: string, path: string, body?: unknown) => cast.call(token, method, path, body);
  const give = (userId: string, role: { id: string }, orgId: string | null) =>
    call('POST', `/users/${userId}/grants`, { roleId: role.id, orgId });
  const colleague = await cast.aPerson('Colleague', 'viewer', { orgId: tenant.orgId });
  const chief = await cast.aPerson('Chief', 'admin');
  await cast.grant(chief, 'viewer', { orgId: tenant.orgId });
  const elsewhere = await cast.aTenant('elsewhere');

  expect((await give(colleague, BUILT_IN_ROLES.admin, tenant.orgId)).status).toBe(201);
  expect((await give(colleague, BUILT_IN_ROLES.viewer, null)).status).toBe(403);
  expect((await give(colleague, BUILT_IN_ROLES.viewer, elsewhere.orgId)).status).toBe(404);
  expect((await give(tenantAdmin, BUILT_IN_ROLES.admin, null)).status).toBe(403);
  // Seen in this organisation, but mightier: a new password would be a way up.
  expect((await call('GET', `/users/${chief}`)).status).toBe(200);
  expect((await call('POST', `/users/${chief}/password-link`)).status).toBe(403);
  expect((await call('POST', `/users/${chief}/disable`)).status).toBe(403);
  expect((await call('POST', '/users', { email: 'x@example.org', name: 'x', grants: [] })).status).toBe(400);
});

test('SE-4: a role of one’s own holds what it says from the next request on, aliases included', async () => {
  const made = await ada('POST', '/roles', {
    name: 'Renamer',
    permissions: ['devices:read', 'sentpulse:device:manage'],
  });
  const role = made.body as { id: string; permissions: string[] };
  expect(role.permissions).toEqual(['devices:manage', 'devices:read']);
  const userId = await cast.aPerson('Renamer');
  await ada('POST', `/users/${userId}/grants`, { roleId: role.id, orgId: tenant.orgId });
  const token = await cast.signIn(userId);
  const deviceId = await cast.aDevice(tenant);
  const rename = () =>
    cast.call(token, 'PATCH', `/devices/${deviceId}`, { tags: { a: crypto.randomUUID() } });

  expect((await rename()).status).toBe(200);
  expect((await ada('PATCH', `/roles/${role.id}`, { permissions: ['devices:read'] })).status).toBe(200);
  expect((await rename()).status).toBe(403);
  expect((await ada('DELETE', `/roles/${role.id}`)).status).toBe(409);
  expect((await ada('DELETE', `/roles/${BUILT_IN_ROLES.viewer.id}`)).status).toBe(409);
  const { items } = (await ada('GET', '/roles')).body as { items: { name: string; description: string }[] };
  expect(items).toContainEqual(
    expect.objectContaining({ name: 'Viewer', description: BUILT_IN_ROLES.viewer.describe }),
  );
  expect((await ada('POST', '/roles', { name: 'Odd', permissions: ['devices:explode'] })).status).toBe(400);
});

test('SE-5: a password is changed by its owner, who stays signed in here and nowhere else', async () => {
  const userId = await cast.aPerson('Changer', 'viewer', { orgId: tenant.orgId });
  const [here, there] = [await cast.signIn(userId), await cast.signIn(userId)];
  const change = (currentPassword: string, newPassword: string) =>
    cast.call(here, 'POST', '/auth/password', { currentPassword, newPassword });

  expect((await change('wrong', 'orbit saddle lemon')).status).toBe(400);
  expect((await change(CAST_PASSWORD, 'password1234')).status).toBe(400);
  expect((await change(CAST_PASSWORD, 'orbit saddle lemon')).status).toBe(204);
  expect((await cast.call(here, 'GET', '/auth/me')).status).toBe(200);
  expect((await cast.call(there, 'GET', '/auth/me')).status).toBe(401);
});
