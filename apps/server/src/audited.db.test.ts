import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AuditRow, contract } from '@muster/contracts';
import { isContractProcedure } from '@orpc/contract';
import pg from 'pg';
import { newId } from './platform/new-id.ts';
import { until } from './testing/ledger-fixture.ts';
import { ADAS_PASSWORD, type RunningServer, runServer } from './testing/running-server.ts';
import { temporaryFolder } from './testing/server-process.ts';

const CLI = join(import.meta.dir, '..', '..', 'cli', 'src', 'main.ts');
let running: RunningServer;
let client: pg.Client;
beforeAll(async () => {
  running = await runServer();
  client = new pg.Client({ connectionString: running.databaseUrl });
  await client.connect();
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
     select $1, org_id, id, $2, 'linux', 'amd64', 'db-03', 'db-03', '' from sites limit 1`,
    [id, lifecycle],
  );
  await client.query(
    `insert into device_keys (device_id, org_id, public_key, token_hash, token_rotated_at)
     select $1, org_id, '', sha256('token'::bytea), now() from sites limit 1`,
    [id],
  );
  await client.query(
    'insert into device_facts (device_id, org_id, reported_at) select $1, org_id, now() from sites limit 1',
    [id],
  );
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

type Recipe = { action: string; request: () => Promise<Partial<Call> & { path: string }> };

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
  'system.listen': {
    action: 'configuration.changed',
    request: async () => ({ path: '/system/listen', body: { address: '127.0.0.9' } }),
  },
  'system.publishGateways': {
    action: 'configuration.changed',
    request: async () => ({ path: '/system/gateways', body: { addresses: ['localhost:8443'] } }),
  },
  'system.prepareAgentBuild': {
    action: 'agent_build.prepared',
    request: async () => ({ path: '/system/agent-builds/linux-amd64' }),
  },
  'devices.update': {
    action: 'device.updated',
    request: async () => ({
      path: `/devices/${await aDevice('active')}`,
      body: { displayName: 'Database 3', tags: { role: 'db' } },
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
    request: async () => ({ path: '/enrolment-tokens', body: { description: 'for a test' } }),
  },
  'tokens.revoke': {
    action: 'token.revoked',
    request: async () => {
      const body = { description: 'to be ended' };
      const { token } = await made<{ token: { id: string } }>({
        method: 'POST',
        path: '/enrolment-tokens',
        body,
      });
      return { path: `/enrolment-tokens/${token.id}` };
    },
  },
};

/** Endpoints that are no GET and change nothing. */
const CHANGES_NOTHING: Readonly<Record<string, string>> = {
  'system.liveTicket': 'A pass for reading, of which nothing is kept.',
};

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
  expect([...Object.keys(RECIPES), ...Object.keys(CHANGES_NOTHING)].toSorted()).toEqual(names);
});

for (const { name, method } of changing.filter((endpoint) => endpoint.name in RECIPES)) {
  test(`SE-8: ${name} leaves an audit row that says who and what`, async () => {
    const recipe = RECIPES[name] as Recipe;
    const request = await recipe.request();
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
      who: { kind: 'person', name: 'ada', via: { kind: 'session' } },
    });
    expect(JSON.stringify(row)).not.toContain(running.token);
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

  const sound = await muster('verify', file('log'), '--checkpoint', file('earlier'));
  expect([sound.status, sound.err.includes('is sound and continues 2 earlier')]).toEqual([0, true]);
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
