import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { OrgId, Permission, SessionId, SiteId, UserId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import type { Actor } from '../../platform/actor.ts';
import { newId } from '../../platform/new-id.ts';
import { anAudit } from '../../testing/audit-fixture.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';
import { type CreateTokenInput, createToken } from './usecases/create-token.ts';
import { listTokens } from './usecases/list-tokens.ts';
import { revokeToken } from './usecases/revoke-token.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

/** The use cases with what they need; reach is asked through the module itself in other tests. */
const deps = () => ({
  database: server.database,
  audit: anAudit(server.database),
  clock: server.clock,
  reach: {
    console: () => ({ url: server.url, tls: { kind: 'own' as const, pin: server.pin } }),
    consoleAt: () => ({ url: server.url, tls: { kind: 'own' as const, pin: server.pin } }),
    consoleCertificate: () => server.consoleCertificate,
    gateways: () => [server.gatewayAddress],
    serverName: async () => 'test',
  },
});
const INPUT: CreateTokenInput = {
  description: 'branch office',
  uses: 2,
  expiresInMs: 3_600_000,
  tags: { role: 'server' },
  needsApproval: true,
};

async function aPerson(scope: { orgIds: OrgId[] }, permissions: Permission[]): Promise<Actor> {
  const userId = newId<UserId>();
  await server.database.installation((tx) =>
    tx.execute(sql`insert into users (id, email, name, password_hash)
      values (${userId}, ${`${userId}@example.org`}, 'Ada', 'none')`),
  );
  return {
    kind: 'person',
    userId,
    sessionId: newId<SessionId>(),
    name: 'Ada',
    address: '127.0.0.1',
    permissions: new Set(permissions),
    scope,
  };
}

async function anotherTenant() {
  const orgId = newId<OrgId>();
  const siteId = newId<SiteId>();
  await server.database.transaction({ orgIds: [orgId] }, async (tx) => {
    await tx.execute(sql`insert into organisations (id, name) values (${orgId}, ${`Other ${orgId}`})`);
    await tx.execute(sql`insert into sites (id, org_id, name) values (${siteId}, ${orgId}, 'Elsewhere')`);
  });
  return { orgId, siteId, scope: { orgIds: [orgId] } };
}

test('EN-1: a token says who made it, for which site and what it allows; its secret is shown once', async () => {
  const person = await aPerson(server.tenant.scope, ['tokens:manage', 'tokens:read']);

  const { token, secret, install } = await createToken(deps(), person, INPUT);
  const { items, count } = await listTokens(deps(), person, { limit: 50 });

  expect(token).toMatchObject({
    ...{ siteName: 'Main', createdBy: 'Ada', state: 'active', usesAllowed: 2, uses: 0 },
    ...{ description: 'branch office', tags: { role: 'server' }, needsApproval: true },
  });
  expect(install.map(({ system }) => system)).toEqual(['linux', 'windows', 'darwin']);
  expect(items[0]).toEqual(token);
  expect(JSON.stringify(items)).not.toContain(secret);
  expect(count).toEqual({ value: items.length, exact: true });
});

test('tokens are listed page by page, newest first', async () => {
  const { actor } = server.tenant;
  for (let made = 0; made < 5; made++) await createToken(deps(), actor, INPUT);

  const first = await listTokens(deps(), actor, { limit: 3 });
  const second = await listTokens(deps(), actor, { limit: 3, cursor: first.next ?? undefined });

  const ids = [...first.items, ...second.items].map(({ id }) => id);
  expect(ids).toEqual([...ids].sort().reverse());
  expect(new Set(ids).size).toBe(ids.length);
  await expect(listTokens(deps(), actor, { limit: 3, cursor: 'x' })).rejects.toThrow('cursor');
});

test('a token of another organisation does not exist for me, and I cannot make one there', async () => {
  const other = await anotherTenant();
  const theirs: Actor = { kind: 'system', part: 'test', scope: other.scope };
  const { token } = await createToken(deps(), theirs, INPUT);
  const me = server.tenant.actor;

  expect((await listTokens(deps(), me, { limit: 500 })).items.map(({ id }) => id)).not.toContain(token.id);
  await expect(revokeToken(deps(), me, { tokenId: token.id })).rejects.toThrow('no such enrolment token');
  await expect(createToken(deps(), me, { ...INPUT, siteId: other.siteId })).rejects.toThrow('no such site');
  expect((await listTokens(deps(), theirs, { limit: 10 })).items[0]?.state).toBe('active');
});

test('with several sites in reach the site has to be named', async () => {
  const other = await anotherTenant();
  const both: Actor = {
    kind: 'system',
    part: 'test',
    scope: { orgIds: [server.tenant.orgId, other.orgId] },
  };

  await expect(createToken(deps(), both, INPUT)).rejects.toThrow('say which one');
  const { token } = await createToken(deps(), both, { ...INPUT, siteId: other.siteId });
  expect(token.orgId).toBe(other.orgId);
});

test('revoking a token twice is the same as once', async () => {
  const { actor } = server.tenant;
  const { token } = await createToken(deps(), actor, INPUT);

  expect((await revokeToken(deps(), actor, { tokenId: token.id })).state).toBe('revoked');
  expect((await revokeToken(deps(), actor, { tokenId: token.id })).state).toBe('revoked');
});

test('who may not, is told which permission is missing', async () => {
  const person = await aPerson(server.tenant.scope, ['tokens:read']);

  await expect(createToken(deps(), person, INPUT)).rejects.toThrow('tokens:manage');
  const nobody = await aPerson(server.tenant.scope, []);
  await expect(listTokens(deps(), nobody, { limit: 1 })).rejects.toThrow('tokens:read');
});
