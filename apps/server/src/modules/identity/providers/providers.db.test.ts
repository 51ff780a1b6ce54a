import { afterAll, beforeAll, expect, test } from 'bun:test';
import { BUILT_IN_ROLES, PERMISSIONS, type Permission, type Provider, type UserId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import { newId } from '../../../platform/new-id.ts';
import { anAudit } from '../../../testing/audit-fixture.ts';
import { type Answer, aCast, type Cast, type Tenant } from '../../../testing/cast.ts';
import { admitPerson, type Vouched } from './usecases/admit-person.ts';

const SECRET = 'a client secret that nobody reads again';
const SETTINGS = { kind: 'oidc', issuer: 'http://127.0.0.1:9', clientId: 'muster', createPeople: true };

let cast: Cast;
let home: Tenant;
beforeAll(async () => {
  cast = await aCast();
  home = await cast.aTenant('home');
});
afterAll(() => cast.stop());

const ada = (method: string, path: string, body?: unknown) =>
  cast.call(cast.running.token, method, path, body);
const rows = async <Row extends Record<string, unknown>>(query: ReturnType<typeof sql>) =>
  (await cast.database.system('test', (tx) => tx.execute<Row>(query))).rows;

async function aProvider(part: object = {}): Promise<Provider> {
  const body = { name: newId<string>(), settings: SETTINGS, secret: SECRET, ...part };
  const answer = await ada('POST', '/providers', body);
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  return answer.body as Provider;
}

const detailOf = (answer: Answer) => (answer.body as { detail: string }).detail;

test('SE-5: the secret of a provider is sealed, and no answer, audit row or list tells it again', async () => {
  const { id } = await aProvider();
  const [kept] = await rows<{ sealed: Buffer }>(
    sql`select s.sealed from vault_secrets s join sign_in_providers p on p.secret_id = s.id where p.id = ${id}::uuid`,
  );
  expect(kept?.sealed.toString('latin1')).not.toContain(SECRET.slice(0, 12));
  for (const path of ['/providers', '/audit?log=system&limit=100', '/auth/providers'])
    expect((await ada('GET', path)).text).not.toContain(SECRET);
  expect((await ada('PATCH', `/providers/${id}`, { secret: null })).body).toMatchObject({ hasSecret: false });
  expect(
    (
      await rows(
        sql`select from vault_secrets where id not in (select secret_id from sign_in_providers where secret_id is not null)`,
      )
    ).length,
  ).toBe(0);
});

test('SE-5: a provider keeps its kind, its name is its own, and of two changes at once one is told', async () => {
  const { id, name } = await aProvider();
  const taken = await ada('POST', '/providers', { name: name.toUpperCase(), settings: SETTINGS });
  expect([taken.status, detailOf(taken)]).toEqual([409, expect.stringContaining('already')]);
  const ldap = { kind: 'ldap', urls: ['ldaps://localhost'], baseDn: 'dc=test' };
  expect((await ada('PATCH', `/providers/${id}`, { settings: ldap })).status).toBe(400);
  const stale = await fetch(`${cast.running.url}/api/v1/providers/${id}`, {
    method: 'PATCH',
    headers: {
      authorization: `Bearer ${cast.running.token}`,
      'content-type': 'application/json',
      'if-match': '"7"',
    },
    body: JSON.stringify({ enabled: false }),
  });
  expect(stale.status).toBe(412);
});

test('SE-5: nobody rises by a provider: whoever sets one up has everything everywhere already', async () => {
  const allButOne = (Object.keys(PERMISSIONS) as Permission[]).filter((name) => name !== 'devices:read');
  const roleId = newId<string>();
  await rows(sql`insert into roles (id, name) values (${roleId}, 'Nearly everything')`);
  for (const permission of allButOne)
    await rows(sql`insert into role_permissions (role_id, permission) values (${roleId}, ${permission})`);
  const userId = await cast.aPerson('nearly');
  await rows(
    sql`insert into grants (id, user_id, role_id) values (${newId<string>()}, ${userId}, ${roleId})`,
  );
  const token = await cast.signIn(userId);
  const { id } = await aProvider();
  expect((await cast.call(token, 'GET', '/providers')).status).toBe(200);
  for (const [method, path, body] of [
    ['POST', '/providers', { name: 'mine', settings: SETTINGS }],
    ['PATCH', `/providers/${id}`, { settings: { ...SETTINGS, issuer: 'http://127.0.0.1:10' } }],
    ['DELETE', `/providers/${id}`, undefined],
  ] as const) {
    const refused = await cast.call(token, method, path, body);
    expect([method, refused.status, detailOf(refused)]).toEqual([
      method,
      403,
      expect.stringContaining('devices:read'),
    ]);
  }
});

/** Somebody comes by the provider, as after a sign-in there. */
async function come(provider: Provider, groups: readonly string[], subject: string): Promise<UserId> {
  const vouched: Vouched = {
    ...{ subject, email: `${subject}@example.test`, isEmailVerified: true, name: subject },
    isIn: (group) => groups.includes(group),
  };
  const deps = { audit: anAudit(cast.database) };
  const user = await cast.database.system('test', (tx) => admitPerson(deps, tx, provider, vouched));
  return user.id as UserId;
}

const rolesOf = async (userId: UserId) =>
  (
    await rows<{ role: string; provider: string | null }>(
      sql`select r.name as role, g.provider_id as provider from grants g join roles r on r.id = g.role_id
          where g.user_id = ${userId}::uuid order by 2 nulls last, 1`,
    )
  ).map(({ role, provider }) => `${role} ${provider ? 'by group' : 'by hand'}`);

test('SE-5: a mapping that is taken away takes its roles from everybody, a removed provider all of them', async () => {
  const viewer = { group: 'staff', roleId: BUILT_IN_ROLES.viewer.id, orgId: home.orgId };
  const operator = {
    group: 'staff',
    roleId: BUILT_IN_ROLES.operator.id,
    orgId: home.orgId,
    siteId: home.siteId,
  };
  const provider = await aProvider({ mappings: [viewer, operator] });
  const userId = await come(provider, ['staff'], newId<string>());
  await cast.grant(userId, 'viewer', { orgId: home.orgId });
  expect(await rolesOf(userId)).toEqual(['Operator by group', 'Viewer by group', 'Viewer by hand']);
  await ada('PATCH', `/providers/${provider.id}`, { mappings: [viewer] });
  expect(await rolesOf(userId)).toEqual(['Viewer by group', 'Viewer by hand']);
  expect((await ada('DELETE', `/providers/${provider.id}`)).status).toBe(204);
  expect(await rolesOf(userId)).toEqual(['Viewer by hand']);
  expect((await ada('GET', `/users/${userId}`)).body).toMatchObject({ state: 'active' });
});

test('SE-5, SE-12: leaving a group never takes what makes somebody the last administrator who can sign in', async () => {
  const admins = { group: 'admins', roleId: BUILT_IN_ROLES.admin.id };
  const provider = await aProvider({ mappings: [admins] });
  const subject = newId<string>();
  const userId = await come(provider, ['admins'], subject);
  await rows(sql`update users set password_hash = 'one of ours' where id = ${userId}::uuid`);
  await rows(sql`update users set disabled_at = now() where email = 'ada@example.org'`);
  await come(provider, [], subject);
  expect(await rolesOf(userId)).toEqual(['Admin by group']);
  await rows(sql`update users set disabled_at = null where email = 'ada@example.org'`);
  await come(provider, [], subject);
  expect(await rolesOf(userId)).toEqual([]);
});

test('SE-5: two first sign-ins of one person at one moment make one person', async () => {
  const provider = await aProvider();
  const subject = newId<string>();
  const ids = await Promise.all([1, 2, 3, 4].map(() => come(provider, [], subject)));
  const people = await rows(sql`select id from users where email = ${`${subject}@example.test`}`);
  expect(people.length).toBe(1);
  expect(new Set<unknown>(ids)).toEqual(new Set([people[0]?.id]));
  expect(await come(provider, [], subject)).toBe(people[0]?.id as UserId);
});
