import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AuditRow, BUILT_IN_ROLES, contract } from '@muster/contracts';
import { isContractProcedure } from '@orpc/contract';
import pg from 'pg';
import { newId } from './platform/new-id.ts';
import { until } from './testing/ledger-fixture.ts';
import { ADAS_PASSWORD, type RunningServer, runServer } from './testing/running-server.ts';
import { temporaryFolder } from './testing/server-process.ts';

const CLI = join(import.meta.dir, '..', '..', 'cli', 'src', 'main.ts');
let running: RunningServer;
let client: pg.Client;
let home: { orgId: string; siteId: string };
beforeAll(async () => {
  running = await runServer();
  client = new pg.Client({ connectionString: running.databaseUrl });
  await client.connect();
  home = (await client.query('select id as "siteId", org_id as "orgId" from sites')).rows[0];
});
afterAll(async () => {
  await client.end();
  await running.stop();
});

type Call = { method: string; path: string; body?: unknown; token?: string };

async function call({ method, path, body, token = running.token }: Call): Promise<Response> {
  const headers: Record<string, string> = { authorization: `Bearer ${token}`, 'if-match': '*' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  return fetch(`${running.url}/api/v1${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function rows(query: string): Promise<AuditRow[]> {
  const answer = await call({ method: 'GET', path: `/audit?limit=500&${query}` });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { items: AuditRow[] }).items;
}

async function aDevice(lifecycle: string): Promise<string> {
  const id = newId<string>();
  await client.query(
    `insert into devices (id, org_id, site_id, lifecycle, os, arch, hostname, hostname_folded, search_text)
     values ($1, $3, $4, $2, 'linux', 'amd64', 'db-03', 'db-03', '')`,
    [id, lifecycle, home.orgId, home.siteId],
  );
  await client.query(
    `insert into device_keys (device_id, org_id, public_key, token_hash, token_rotated_at)
     values ($1, $2, '', sha256('token'::bytea), now())`,
    [id, home.orgId],
  );
  await client.query('insert into device_facts (device_id, org_id, reported_at) values ($1, $2, now())', [
    id,
    home.orgId,
  ]);
  return id;
}

async function made<T>(request: Call): Promise<T> {
  const answer = await call(request);
  expect(answer.status).toBeLessThan(300);
  return (await answer.json()) as T;
}

const signIn = () =>
  made<{ token: string }>({
    method: 'POST',
    path: '/auth/login',
    body: { email: 'ada@example.org', password: ADAS_PASSWORD },
  });
const onDevice = async (verb: string, lifecycle: string) => ({
  path: `/devices/${await aDevice(lifecycle)}/${verb}`,
});
const onActive = async (name: string, payload: unknown) => ({
  path: `/devices/${await aDevice('active')}/commands/${name}`,
  body: { payload },
});

type Named = { id: string };
type Invited = { user: Named & { email: string; grants: Named[] }; link: { token: string } };
const post = <T>(path: string, body: unknown) => made<T>({ method: 'POST', path, body });
const aName = () => `for a test ${newId<string>()}`;
const invite = (grants: unknown[] = []) =>
  post<Invited>('/users', { email: `${newId<string>()}@example.org`, name: 'Grace', grants });
const onPerson = async (rest: string) => ({ path: `/users/${(await invite()).user.id}${rest}` });
const aRole = async () => (await post<Named>('/roles', { name: aName(), permissions: ['devices:read'] })).id;
const aGroup = async () => (await post<Named>('/groups', { name: aName(), orgId: home.orgId })).id;
const aField = () =>
  post<Named>('/fields', {
    orgId: home.orgId,
    key: `k${newId<string>().slice(-12)}`,
    title: 'Owner',
    kind: 'text',
  });
/** A field, and a value for it. */
const aValue = async () => {
  const { key } = (await aField()) as Named & { key: string };
  return { values: { [key]: 'Kim' } };
};
const aView = async () =>
  `/views/${(await post<Named>('/views', { name: aName(), query: '', orgId: home.orgId })).id}`;
const anOrganisation = async () => (await post<Named>('/organisations', { name: aName() })).id;
const aSite = async () => (await post<Named>('/sites', { name: aName(), orgId: home.orgId })).id;
const viewerAtHome = () => ({ roleId: BUILT_IN_ROLES.viewer.id, orgId: home.orgId });
const onGroup = async (rest: string) => ({
  path: `/groups/${await aGroup()}${rest}`,
  body: { deviceIds: [await aDevice('active')] },
});

const anIssuer = () => ({
  name: aName(),
  settings: { kind: 'oidc', issuer: 'http://127.0.0.1:9', clientId: 'muster' },
});
const aProvider = async () => `/providers/${(await post<Named>('/providers', anIssuer())).id}`;

type Recipe = {
  action: string;
  request: () => Promise<Partial<Call> & { path: string }>;
  /** Left out: Ada by her session. */
  who?: { name: string; via: string };
};

/** How each endpoint that changes something is asked to, and what the log then says. */
const RECIPES: Readonly<Record<string, Recipe>> = {
  'auth.login': {
    action: 'user.login',
    request: async () => ({
      path: '/auth/login',
      body: { email: 'ada@example.org', password: ADAS_PASSWORD },
    }),
  },
  'auth.logout': {
    action: 'user.logout',
    request: async () => ({ path: '/auth/logout', token: (await signIn()).token }),
  },
  'signInTokens.issue': {
    action: 'user.tokens_issued',
    request: async () => ({ path: '/auth/token', body: {} }),
  },
  'deviceLogins.decide': {
    action: 'user.device_login_approved',
    request: async () => {
      const { userCode } = await post<{ userCode: string }>('/auth/device', { client: 'test' });
      return { path: '/auth/device/decide', body: { userCode, approve: true } };
    },
  },
  'factors.prove': {
    action: 'user.proved',
    request: async () => ({
      path: '/auth/prove',
      body: { proof: { method: 'password', password: ADAS_PASSWORD } },
    }),
  },
  'sessions.endOthers': {
    action: 'user.session_ended',
    request: async () => ({ path: '/auth/sessions/end-others', token: running.token }),
  },
  'system.listen': {
    action: 'configuration.changed',
    request: async () => ({ path: '/system/listen', body: { address: '127.0.0.9' } }),
  },
  'settings.update': {
    action: 'configuration.changed',
    request: async () => ({ path: '/settings/installation.name', body: { value: aName() } }),
  },
  'settings.reset': {
    action: 'configuration.changed',
    request: async () => ({ path: '/settings/installation.name' }),
  },
  'system.publishGateways': {
    action: 'configuration.changed',
    request: async () => ({ path: '/system/gateways', body: { addresses: ['localhost:8443'] } }),
  },
  'system.prepareAgentBuild': {
    action: 'agent_build.prepared',
    request: async () => ({ path: '/system/agent-builds/linux-amd64' }),
  },
  'audit.erase': {
    action: 'audit.row_erased',
    request: async () => {
      await invite();
      await until(async () => (await rows('action=user.invited')).length > 0);
      const [row] = await rows('action=user.invited');
      return { path: `/audit/${row?.log}/${row?.index}/erase`, body: { reason: 'asked for by Grace' } };
    },
  },
  'devices.update': {
    action: 'device.updated',
    request: async () => ({
      path: `/devices/${await aDevice('active')}`,
      body: { displayName: 'Database 3', tags: { role: 'db' } },
    }),
  },
  'devices.tag': {
    action: 'device.updated',
    request: async () => ({
      path: '/devices/tags',
      body: { deviceIds: [await aDevice('active')], set: { role: 'db' } },
    }),
  },
  'devices.approve': { action: 'device.approved', request: () => onDevice('approve', 'pending') },
  'devices.suspend': { action: 'device.suspended', request: () => onDevice('suspend', 'active') },
  'devices.resume': { action: 'device.resumed', request: () => onDevice('resume', 'suspended') },
  'devices.revoke': { action: 'device.revoked', request: () => onDevice('revoke', 'active') },
  'devices.retire': { action: 'device.retired', request: () => onDevice('retire', 'active') },
  'commands.run.process.list': { action: 'command.requested', request: () => onActive('process.list', {}) },
  'commands.run.process.kill': {
    action: 'command.requested',
    request: () => onActive('process.kill', { pid: 42, startToken: '1', bootId: 'b' }),
  },
  'commands.run.network.connections': {
    action: 'command.requested',
    request: () => onActive('network.connections', {}),
  },
  'commands.run.inventory.collect': {
    action: 'command.requested',
    request: () => onActive('inventory.collect', {}),
  },
  'commands.cancel': {
    action: 'command.cancelled',
    request: async () => {
      const { path, body } = await onActive('process.list', {});
      const { id } = await made<{ id: string }>({ method: 'POST', path, body });
      return { path: `/commands/${id}/cancel` };
    },
  },
  'tokens.create': {
    action: 'token.created',
    request: async () => ({
      path: '/enrolment-tokens',
      body: { siteId: home.siteId, description: 'for a test' },
    }),
  },
  'tokens.revoke': {
    action: 'token.revoked',
    request: async () => {
      const body = { siteId: home.siteId, description: 'to be ended' };
      const { token } = await made<{ token: { id: string } }>({
        method: 'POST',
        path: '/enrolment-tokens',
        body,
      });
      return { path: `/enrolment-tokens/${token.id}` };
    },
  },
};

const GRACES_PASSWORDS = ['gravel tulip oxygen', 'marble otter lantern'] as const;

/** The same for people, what they may do, and the places where they may. */
const PEOPLE_RECIPES: Readonly<Record<string, Recipe>> = {
  'access.createRole': {
    action: 'role.created',
    request: async () => ({ path: '/roles', body: { name: aName(), permissions: ['devices:read'] } }),
  },
  'access.updateRole': {
    action: 'role.changed',
    request: async () => ({ path: `/roles/${await aRole()}`, body: { permissions: ['tokens:read'] } }),
  },
  'access.removeRole': {
    action: 'role.removed',
    request: async () => ({ path: `/roles/${await aRole()}` }),
  },
  'access.grant': {
    action: 'permission.changed',
    request: async () => ({ ...(await onPerson('/grants')), body: viewerAtHome() }),
  },
  'access.withdraw': {
    action: 'permission.changed',
    request: async () => ({ path: `/grants/${(await invite([viewerAtHome()])).user.grants[0]?.id}` }),
  },
  'groups.create': {
    action: 'group.created',
    request: async () => ({ path: '/groups', body: { name: aName(), orgId: home.orgId } }),
  },
  'groups.update': {
    action: 'group.changed',
    request: async () => ({ path: `/groups/${await aGroup()}`, body: { description: 'changed' } }),
  },
  'groups.remove': {
    action: 'group.removed',
    request: async () => ({ path: `/groups/${await aGroup()}` }),
  },
  'policies.set': {
    action: 'policy.changed',
    request: async () => ({
      path: `/policies/site/${await aSite()}`,
      body: { fields: { offlineLimit: 300 } },
    }),
  },
  'fields.create': {
    action: 'field.created',
    request: async () => ({
      path: '/fields',
      body: { orgId: home.orgId, key: 'audited', title: 'Audited', kind: 'text' },
    }),
  },
  'fields.update': {
    action: 'field.changed',
    request: async () => ({ path: `/fields/${(await aField()).id}`, body: { title: 'changed' } }),
  },
  'fields.remove': {
    action: 'field.removed',
    request: async () => ({ path: `/fields/${(await aField()).id}` }),
  },
  'fields.setOfDevice': {
    action: 'field.values_set',
    request: async () => ({ ...(await onDevice('fields', 'active')), body: await aValue() }),
  },
  'fields.setOfSite': {
    action: 'field.values_set',
    request: async () => ({ path: `/sites/${await aSite()}/fields`, body: await aValue() }),
  },
  'fields.setOfOrganisation': {
    action: 'field.values_set',
    request: async () => ({ path: `/organisations/${home.orgId}/fields`, body: await aValue() }),
  },
  // Of shared views alone: a private one is nobody's business but its owner's (views.db.test.ts).
  'views.create': {
    action: 'view.shared',
    request: async () => ({ path: '/views', body: { name: aName(), query: '', orgId: home.orgId } }),
  },
  'views.update': {
    action: 'view.changed',
    request: async () => ({ path: await aView(), body: { query: 'os = linux' } }),
  },
  'views.remove': { action: 'view.removed', request: async () => ({ path: await aView() }) },
  'tags.setOfGroup': {
    action: 'group.tags_changed',
    request: async () => {
      const body = { name: aName(), orgId: home.orgId, query: 'os = windows' };
      return {
        path: `/groups/${(await post<Named>('/groups', body)).id}/tags`,
        body: { tags: { role: 'web' } },
      };
    },
  },
  'groups.add': { action: 'group.members_changed', request: () => onGroup('/devices') },
  'groups.take': { action: 'group.members_changed', request: () => onGroup('/devices/remove') },
  'users.invite': {
    action: 'user.invited',
    request: async () => ({ path: '/users', body: { email: 'new@example.org', name: 'New', grants: [] } }),
  },
  'users.resetPassword': { action: 'user.password_reset', request: () => onPerson('/password-link') },
  'users.disable': { action: 'user.disabled', request: () => onPerson('/disable') },
  'users.enable': { action: 'user.enabled', request: () => onPerson('/enable') },
  'users.remove': { action: 'user.removed', request: () => onPerson('') },
  'passwords.redeem': {
    action: 'password.changed',
    who: { name: 'Grace', via: 'password_link' },
    request: async () => {
      const { token } = (await invite()).link;
      return { path: '/auth/password-links/redeem', body: { token, password: GRACES_PASSWORDS[0] } };
    },
  },
  'passwords.change': {
    action: 'password.changed',
    who: { name: 'Grace', via: 'session' },
    request: async () => {
      const { user, link } = await invite();
      const [currentPassword, newPassword] = GRACES_PASSWORDS;
      await post('/auth/password-links/redeem', { token: link.token, password: currentPassword });
      const body = { email: user.email, password: currentPassword };
      const { token } = await post<{ token: string }>('/auth/login', body);
      return { path: '/auth/password', body: { currentPassword, newPassword }, token };
    },
  },
  'keys.create': {
    action: 'key.created',
    request: async () => ({ path: '/api-keys', body: { name: aName() } }),
  },
  'keys.revoke': {
    action: 'key.revoked',
    request: async () => ({
      path: `/api-keys/${(await post<{ key: Named }>('/api-keys', { name: aName() })).key.id}`,
    }),
  },
  'providers.create': {
    action: 'provider.created',
    request: async () => ({ path: '/providers', body: { ...anIssuer(), secret: GRACES_PASSWORDS[0] } }),
  },
  'providers.update': {
    action: 'provider.changed',
    request: async () => ({ path: await aProvider(), body: { secret: GRACES_PASSWORDS[1] } }),
  },
  'providers.remove': { action: 'provider.removed', request: async () => ({ path: await aProvider() }) },
  'organisations.create': {
    action: 'organisation.created',
    request: async () => ({ path: '/organisations', body: { name: aName() } }),
  },
  'organisations.update': {
    action: 'organisation.changed',
    request: async () => ({ path: `/organisations/${await anOrganisation()}`, body: { name: aName() } }),
  },
  'organisations.setPartner': {
    action: 'organisation.changed',
    request: async () => ({
      path: `/organisations/${await anOrganisation()}/partner`,
      body: { partnerId: await anOrganisation() },
    }),
  },
  'organisations.remove': {
    action: 'organisation.removed',
    request: async () => ({ path: `/organisations/${await anOrganisation()}` }),
  },
  'sites.create': {
    action: 'site.created',
    request: async () => ({ path: '/sites', body: { name: aName(), orgId: home.orgId } }),
  },
  'sites.update': {
    action: 'site.changed',
    request: async () => ({ path: `/sites/${await aSite()}`, body: { location: 'Berlin' } }),
  },
  'sites.remove': {
    action: 'site.removed',
    request: async () => ({ path: `/sites/${await aSite()}` }),
  },
};

const ALL_RECIPES = { ...RECIPES, ...PEOPLE_RECIPES };
/** Secrets as they are written, and hashes of passwords: no row may hold one. */
const SECRET = /link_[\w-]{20}|msk_[0-9a-f]+_|m(st|rt|dc)_[\w-]{20}|eyJ[\w-]+\.|argon2/;

/** Endpoints that are no GET and change nothing that a person decides. */
const CHANGES_NOTHING: Readonly<Record<string, string>> = {
  'inventory.push': 'A report, as a check-in is; what it changes stands in the history of the device.',
  'devices.explain': 'Says what a query means.',
  'groups.preview': 'Looks at what a query means.',
  'policies.preview': 'Looks at what a policy would change.',
  'factors.passkeyOptions': 'A challenge that says nothing about anybody.',
  'factors.proveOptions': 'A challenge; the proof itself is in the log.',
  'factors.passkeyRegistration': 'A challenge; the passkey itself is in the log.',
  'factors.beginTotp': 'A secret that counts after its first code, which is in the log.',
  'signInTokens.refresh':
    'Goes on with a session whose beginning is in the log; so is a token that comes twice.',
  'nodes.challenge': 'A challenge to the node of a key; the key is in the log.',
  'nodes.admit': 'A key is used; what is done with it is in the log.',
  'deviceLogins.begin': 'A question of somebody unknown; what is decided about it is in the log.',
  'deviceLogins.inspect': 'Shows who asks; the code travels in a body, so that no log of addresses has it.',
  'passwords.inspect':
    'Says whose a link is; its token travels in a body, so that no log of addresses has it.',
  'providers.test': 'Asks a provider who it is and signs nobody in.',
  'system.liveTicket': 'A pass for reading, of which nothing is kept.',
};

/** Endpoints whose request is a whole flow: identity/factors/factors.db.test.ts goes through it and asks for the row. */
const IN_FACTORS_TEST = [
  'factors.finish',
  'factors.passkeySignIn',
  'factors.confirmTotp',
  'factors.removeTotp',
  'factors.renewRecoveryCodes',
  'factors.addPasskey',
  'factors.renamePasskey',
  'factors.removePasskey',
  'factors.reset',
  'sessions.end',
  'sessions.endOfPerson',
];

/** Endpoints that need two people: approvals.db.test.ts asks for their rows. */
const IN_APPROVALS_TEST = ['approvals.approve', 'approvals.deny', 'approvals.withdraw'];

/** Leaves a row in each of two logs: devices/transfer.db.test.ts asks for both. */
const IN_TRANSFER_TEST = ['devices.transfer'];

/** The same of identity/tokens/tokens.db.test.ts. */
const IN_TOKENS_TEST = ['deviceLogins.poll'];

function endpoints(part: unknown, path: readonly string[] = []): { name: string; method: string }[] {
  if (isContractProcedure(part))
    return [{ name: path.join('.'), method: part['~orpc'].route.method ?? 'POST' }];
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([name, inner]) => endpoints(inner, [...path, name]));
}

const changing = endpoints(contract).filter(({ method }) => method !== 'GET');

test('every endpoint that is no GET is known here, and every exception is used', () => {
  const names = changing.map(({ name }) => name).toSorted();
  expect(names.length).toBeGreaterThan(12);
  const known = [
    ...Object.keys(ALL_RECIPES),
    ...Object.keys(CHANGES_NOTHING),
    ...IN_FACTORS_TEST,
    ...IN_TOKENS_TEST,
    ...IN_APPROVALS_TEST,
    ...IN_TRANSFER_TEST,
  ];
  expect(known.toSorted()).toEqual(names);
});

for (const { name, method } of changing.filter((endpoint) => endpoint.name in ALL_RECIPES)) {
  test(`SE-8: ${name} leaves an audit row that says who and what`, async () => {
    const recipe = ALL_RECIPES[name] as Recipe;
    const request = await recipe.request();
    // What the recipe itself did has its place in the log first.
    await until(async () => (await client.query('select from audit_outbox')).rowCount === 0);
    const before = new Set((await rows(`action=${recipe.action}`)).map(({ hash }) => hash));
    const answer = await call({ method, ...request });
    expect([name, answer.status < 300]).toEqual([name, true]);
    const added = async () => (await rows(`action=${recipe.action}`)).filter(({ hash }) => !before.has(hash));
    await until(async () => (await added()).length > 0);
    const [row, ...others] = await added();
    expect(others).toEqual([]);
    expect(row?.content).toMatchObject({
      success: true,
      address: '127.0.0.1',
      who: { kind: 'person', name: recipe.who?.name ?? 'ada', via: { kind: recipe.who?.via ?? 'session' } },
    });
    expect(JSON.stringify(row)).not.toMatch(SECRET);
    for (const password of [ADAS_PASSWORD, ...GRACES_PASSWORDS]) {
      expect(JSON.stringify(row)).not.toContain(password);
    }
  });
}

test('RA-10: a command is in the audit log with who asked, what for, and on which device', async () => {
  const { path, body } = await onActive('process.kill', { pid: 42, startToken: '1', bootId: 'b' });
  const { id } = await made<{ id: string }>({ method: 'POST', path, body: { ...body, reason: 'it hangs' } });
  const find = async () =>
    (await rows('action=command.requested')).find(({ content }) => JSON.stringify(content).includes(id));
  await until(async () => (await find()) !== undefined);
  expect((await find())?.content).toMatchObject({
    who: { kind: 'person', name: 'ada' },
    target: { kind: 'device', id: path.split('/')[2] ?? '', name: 'db-03' },
    after: { command: id, name: 'process.kill', payload: { pid: 42 }, reason: 'it hangs' },
  });
});

test('SE-8: refusals, failed sign-ins and the first administrator are in the log of the system', async () => {
  await call({ method: 'GET', path: '/devices', token: 'mst_wrong' });
  const body = { email: 'Mallory@example.org', password: 'guessed wrongly' };
  await call({ method: 'POST', path: '/auth/login', body });
  await call({ method: 'POST', path: '/auth/login', body });
  const system = () => rows('log=system');
  const said = async (action: string) => (await system()).filter(({ content }) => content?.action === action);
  await until(
    async () => (await said('user.login_failed')).length > 0 && (await said('access.denied')).length > 0,
  );
  expect((await said('access.denied'))[0]?.content).toMatchObject({
    ...{ who: { kind: 'anonymous' }, success: false, code: 'unauthenticated' },
    target: { id: 'GET /api/v1/devices' },
  });
  const failed = await said('user.login_failed');
  expect(failed.map(({ content }) => content?.target)).toEqual([
    { kind: 'user', id: null, name: 'mallory@example.org' },
  ]);
  expect(JSON.stringify(failed)).not.toContain('guessed');
  expect((await said('installation.set_up'))[0]?.content).toMatchObject({
    target: { name: 'ada@example.org' },
  });
});

/** Beside this process, which is the server. */
async function muster(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  const env = { PATH: '/usr/bin:/bin', MUSTER_SERVER: running.url, MUSTER_TOKEN: running.token };
  const done = Bun.spawn([process.execPath, CLI, 'audit', ...args], { env, stdout: 'pipe', stderr: 'pipe' });
  const [out, err, status] = await Promise.all([done.stdout.text(), done.stderr.text(), done.exited]);
  return { status, out, err };
}

test('SE-8: the command line exports the log and finds, without a server, what was changed in the file', async () => {
  using folder = temporaryFolder();
  const file = (name: string) => join(folder.path, name);
  expect((await muster('list', '--action', 'token.created')).out).toContain('for a test');
  const checkpoints = await muster('checkpoint');
  expect([checkpoints.status, checkpoints.err.startsWith('Signed by muster/')]).toEqual([0, true]);
  writeFileSync(file('earlier'), checkpoints.out);
  expect((await muster('export', '--output', file('log'), '--checkpoint', file('earlier'))).status).toBe(0);

  // The logs of the system, of the first organisation, of the renamed one and of the one that came under a partner.
  const sound = await muster('verify', file('log'), '--checkpoint', file('earlier'));
  expect([sound.status, sound.err.includes('is sound and continues 4 earlier')]).toEqual([0, true]);
  expect(sound.out).toContain('of which 1 were erased');
  const text = readFileSync(file('log'), 'utf8');
  const tampered = {
    changed: text.replace('for a test', 'for a text'),
    dropped: text.replace(/^.*for a test.*\n/m, ''),
    cut: text.replace(/^.*\n.*\n$/m, ''),
  };
  for (const [name, changed] of Object.entries(tampered)) {
    writeFileSync(file(name), changed);
    const found = await muster('verify', file(name), '--checkpoint', file('earlier'));
    expect([name, changed === text, found.status]).toEqual([name, false, 1]);
    expect(found.err).toMatch(/was changed|is missing|was cut/);
  }
}, 30_000);
