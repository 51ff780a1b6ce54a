import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ADMIN, muster, type RunningServer, startServer, until } from './src/index.ts';

/** People, roles and keys by the command line, and the way back in for whoever is locked out. */
setDefaultTimeout(240_000);

const PASSWORD = 'gravel tulip oxygen';
let server: RunningServer;
let folder = '';
let data = '';
let env: Record<string, string> = {};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'muster-people-'));
  data = join(folder, 'data');
  server = await startServer({ dataFolder: data, localAgent: false });
  env = { MUSTER_SERVER: server.url, MUSTER_TOKEN: server.token };
}, 240_000);

afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function json<Answer>(...words: string[]): Promise<Answer> {
  const ended = await muster([...words, '--json'], env);
  expect([ended.code, ended.stderr]).toEqual([0, '']);
  return JSON.parse(ended.stdout) as Answer;
}

const signIn = (email: string, password: string) =>
  muster(
    ['login', '--server', server.url, '--email', email, '--password-stdin'],
    {
      MUSTER_CLI_CONFIG: join(folder, `${email}.json`),
    },
    password,
  );

test('SE-12, AG-6: the command line invites a person, gives them a role somewhere and says why they may', async () => {
  const { link } = await json<{ link: { token: string } }>(
    ...['users', 'invite', 'grace@example.test', 'Grace', '--role', 'viewer', '--org', 'main'],
  );
  await server.api('POST', '/auth/password-links/redeem', { token: link.token, password: PASSWORD });
  expect((await signIn('grace@example.test', PASSWORD)).code).toBe(0);

  await json('roles', 'create', 'Renamer', 'sentpulse:device:manage');
  await json('users', 'grant', 'Grace', '--role', 'Renamer', '--site', 'main');
  const why = await json<{ rights: { allowed: boolean; because: { roleName: string }[] }[] }>(
    ...['users', 'explain', 'grace@example.test', '--permission', 'devices:manage'],
  );
  expect(why.rights[0]).toMatchObject({
    allowed: true,
    because: [{ roleName: 'Renamer', placeName: 'main' }],
  });
  const table = (await muster(['users', 'list', 'grace'], env)).stdout;
  expect(table).toContain('Viewer at main, Renamer at main');
});

test('SE-7, AG-6: a key made on the command line signs the command line in, until it is revoked', async () => {
  const { key, secret } = await json<{ key: { id: string }; secret: string }>(
    ...['keys', 'create', 'inventory', '--permission', 'devices:read', '--days', '1'],
  );
  const withKey = (...words: string[]) => muster(words, { MUSTER_SERVER: server.url, MUSTER_TOKEN: secret });

  expect((await withKey('devices', 'list', '--json')).code).toBe(0);
  expect((await withKey('users', 'list')).stderr).toContain('users:read');
  await json('keys', 'revoke', key.id);
  expect((await withKey('devices', 'list')).code).toBe(3);
});

test('GT-1, AG-6: the command line puts an organisation under the partner that serves it', async () => {
  await json('organisations', 'create', 'Berlin IT');
  await json('organisations', 'create', 'Bakery', '--partner', 'Berlin IT');
  expect((await muster(['organisations', 'list'], env)).stdout).toMatch(/Bakery +Berlin IT +1/);

  expect(await json('organisations', 'partner', 'Bakery')).toMatchObject({ partnerId: null });
  await json('organisations', 'rename', 'Bakery', 'Baker');
  expect((await muster(['organisations', 'remove', 'Baker'], env)).code).toBe(0);
  expect((await muster(['organisations', 'partner', 'nowhere'], env)).code).toBe(5);
});

test('SE-12: admin reset lets a locked-out administrator back in, beside a running server and without one', async () => {
  const id = (await server.api<{ id: string }>('GET', '/auth/me')).id;
  await server.api('POST', '/users', {
    email: 'second@example.test',
    name: 'Second',
    grants: [{ roleId: '00000000-0000-7000-8000-000000000001' }],
  });
  const reset = (words: string[], input?: string) =>
    muster(['admin', 'reset', ...words, '--data', data], {}, input);

  expect((await reset([])).stderr).toContain('several administrators');
  const linked = await reset(['--email', ADMIN.email]);
  const token = /#token=(\S+)/.exec(linked.stdout)?.[1] ?? '';
  const answer = await fetch(`${server.url}/api/v1/auth/password-links/redeem`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, password: PASSWORD }),
  });
  expect(answer.status).toBe(200);
  await expect(server.api('GET', `/users/${id}`)).rejects.toThrow();
  expect((await signIn(ADMIN.email, PASSWORD)).code).toBe(0);

  await server.end();
  const weak = await reset(['--email', ADMIN.email, '--password-stdin'], 'password1234');
  expect([weak.code, weak.stderr]).toEqual([1, expect.stringContaining('tried first')]);
  const stopped = await reset(['--email', ADMIN.email, '--password-stdin'], ADMIN.password);
  expect([stopped.code, stopped.stderr]).toEqual([0, '']);
  server = await startServer({ dataFolder: data, localAgent: false });
  const told = async () => {
    const path = '/audit?log=system&action=user.administrator_reset';
    return (await server.api<{ items: { content: unknown }[] }>('GET', path)).items;
  };
  await until('both are in the log', async () => (await told()).length >= 2);
  expect((await told()).map(({ content }) => content)).toMatchObject([
    { who: { kind: 'system', id: 'admin reset' }, target: { name: ADMIN.email }, after: { by: 'password' } },
    { who: { kind: 'system', id: 'admin reset' }, target: { name: ADMIN.email }, after: { by: 'link' } },
  ]);
  const nowhere = await muster(['admin', 'reset', '--data', join(folder, 'empty')], {});
  expect([nowhere.code, nowhere.stderr]).toEqual([1, expect.stringContaining('no installation')]);
});
