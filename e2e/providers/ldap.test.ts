import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skipReason } from '@muster/lab';
import { ADMIN, freePort, muster, type RunningServer, startServer } from '../src/index.ts';
import { DIRECTORY_PASSWORD, type RunningDirectory, SEARCHER, startDirectory } from './start-directory.ts';
import { createAuthority, type TestAuthority } from './test-authority.ts';

/** Debian's slapd, with certificates of an authority that nobody but the test knows. */
setDefaultTimeout(240_000);

const reason = await skipReason('directory');
const ROLES = {
  admin: '00000000-0000-7000-8000-000000000001',
  operator: '00000000-0000-7000-8000-000000000002',
};
const GROUPS = 'ou=groups,dc=example,dc=test';
type Provider = { id: string; people: number };
type Step = { ok: boolean; text: string };

let folder = '';
let server: RunningServer;
let authority: TestAuthority;
let stranger: TestAuthority;
let directory: RunningDirectory;
let provider: Provider;

const settings = (part: object = {}) => ({
  ...{ kind: 'ldap', urls: [directory.secureUrl], bindDn: SEARCHER.dn, baseDn: directory.base },
  ...{ loginAttributes: ['mail', 'uid'], groups: { by: 'memberOf', baseDn: GROUPS } },
  ...{ certificateAuthority: authority.certificate, createPeople: true, timeoutMs: 5_000 },
  ...part,
});
const change = (body: object) =>
  server.api<Provider>('PATCH', `/providers/${provider.id}`, body, { 'if-match': '*' });
const reached = (part: object) => change({ settings: settings(part) });
const trial = async (login?: string) =>
  (await server.api<{ ok: boolean; steps: Step[] }>('POST', `/providers/${provider.id}/test`, { login }))
    .steps;
const problems = async () => (await trial()).map(({ text }) => text).join('\n');

type Session = {
  status: number;
  detail: string;
  code: string;
  token: string;
  user: { email: string; permissions: string[] };
};

async function signIn(email: string, password: string = DIRECTORY_PASSWORD): Promise<Session> {
  const answer = await fetch(`${server.url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  return { ...((await answer.json()) as Session), status: answer.status };
}

const statusOf = async (email: string, password?: string) => (await signIn(email, password)).status;

beforeAll(async () => {
  if (reason !== undefined) return;
  folder = mkdtempSync(join(tmpdir(), 'muster-providers-ldap-'));
  authority = await createAuthority(join(folder, 'authority'), 'Example directory');
  stranger = await createAuthority(join(folder, 'stranger'), 'Example directory');
  directory = await startDirectory(join(folder, 'directory'), authority);
  server = await startServer({ dataFolder: join(folder, 'data'), localAgent: false });
  const mappings = [
    { group: `cn=operators,${GROUPS}`, roleId: ROLES.operator },
    { group: 'admins', roleId: ROLES.admin },
  ];
  provider = await server.api<Provider>('POST', '/providers', {
    ...{ name: 'Example', settings: settings(), secret: SEARCHER.password, mappings },
  });
}, 240_000);

afterAll(async () => {
  await server?.stop();
  await directory?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

test.skipIf(reason !== undefined)(
  'SE-5: whoever the directory knows signs in by LDAPS and has the roles of their groups, and no others',
  async () => {
    const grace = await signIn('grace@example.test');
    expect([grace.status, grace.user?.email]).toEqual([200, 'grace@example.test']);
    expect(grace.user.permissions).toContain('devices:manage');
    // She is in a group called admins as well, but not below the groups that count.
    expect(grace.user.permissions).not.toContain('users:manage');
    expect((await signIn('henry')).user.permissions).toContain('users:manage');
    expect((await signIn('irene')).user.permissions).toEqual([]);
    const { items } = await server.api<{ items: { name: string; state: string; grants: object[] }[] }>(
      'GET',
      '/users',
    );
    expect(items.find(({ name }) => name === 'Grace')).toMatchObject({
      state: 'active',
      grants: [{ roleName: 'Operator', provider: 'Example' }],
    });
  },
);

test.skipIf(reason !== undefined)(
  'SE-5: a role goes with the group at the next sign-in, one given by hand stays, and neither is withdrawn for the other',
  async () => {
    const { token } = await signIn('grace');
    const me = (await (
      await fetch(`${server.url}/api/v1/auth/me`, { headers: { authorization: `Bearer ${token}` } })
    ).json()) as { id: string };
    const grants = async () =>
      (await server.api<{ grants: { id: string; provider: string | null }[] }>('GET', `/users/${me.id}`))
        .grants;
    const [given] = await grants();
    await expect(server.api('DELETE', `/grants/${given?.id}`)).rejects.toThrow(
      'change the group or the mapping',
    );
    await server.api('POST', `/users/${me.id}/grants`, { roleId: ROLES.operator });
    expect((await grants()).map((grant) => grant.provider)).toEqual(['Example', null]);

    const leave = (verb: string) =>
      directory.modify(
        `dn: cn=operators,${GROUPS}\nchangetype: modify\n${verb}: member\nmember: uid=grace,ou=people,${directory.base}\n-\n` +
          `${verb === 'delete' ? 'add' : 'delete'}: member\nmember: uid=irene,ou=people,${directory.base}\n`,
      );
    await directory.modify(
      `dn: cn=operators,${GROUPS}\nchangetype: modify\nadd: member\nmember: uid=henry,ou=people,${directory.base}\n`,
    );
    await leave('delete');
    await signIn('grace');
    expect((await grants()).map((grant) => grant.provider)).toEqual([null]);
    const [byHand] = await grants();
    await server.api('DELETE', `/grants/${byHand?.id}`);
    expect((await signIn('irene')).user.permissions).toContain('devices:manage');
    await leave('add');
    expect((await signIn('grace')).user.permissions).toContain('devices:manage');
    expect((await signIn('irene')).user.permissions).toEqual([]);
  },
);

test.skipIf(reason !== undefined)(
  'SE-5: a group that is deleted, and a mapping that is taken away, take their roles with them',
  async () => {
    expect((await signIn('henry')).user.permissions).toContain('users:manage');
    await directory.modify(`dn: cn=admins,${GROUPS}\nchangetype: delete\n`);
    expect((await signIn('henry')).user.permissions).not.toContain('users:manage');

    const { token } = await signIn('grace');
    const lists = async () =>
      (await fetch(`${server.url}/api/v1/devices`, { headers: { authorization: `Bearer ${token}` } })).status;
    expect(await lists()).toBe(200);
    await change({ mappings: [] });
    expect(await lists()).toBe(403);
    await change({ mappings: [{ group: 'operators', roleId: ROLES.operator }] });
  },
);

test.skipIf(reason !== undefined)(
  'SE-5: a person is known by what never changes: another address in the directory makes nobody else of them',
  async () => {
    const before = await signIn('grace');
    const rename = (mail: string) =>
      directory.modify(
        `dn: uid=grace,ou=people,${directory.base}\nchangetype: modify\nreplace: mail\nmail: ${mail}\n`,
      );
    await rename('grace.hopper@example.test');
    for (const login of ['grace', 'grace.hopper@example.test', 'grace@example.test'])
      expect((await signIn(login)).user).toEqual(before.user);
    await rename('grace@example.test');
  },
);

test.skipIf(reason !== undefined)(
  'SE-5: what is typed is no filter, and an empty password lets nobody in though the directory would',
  async () => {
    for (const login of ['*', '*)(uid=*', 'grace)(|(uid=*', 'gr*ce', 'grace\\2a', 'twins@example.test'])
      expect([login, await statusOf(login)]).toEqual([login, 401]);
    // Spellings that the directory takes for the same are one name here as well, or none.
    for (const login of ['\u0000grace', 'gr\u00adace', 'gr\u200bace', ' '])
      expect([login, await statusOf(login)]).toEqual([login, 400]);
    expect(await statusOf(' \uff47\uff52ACE')).toBe(200);
    expect(await statusOf('grace', '')).toBe(400);
    expect(await statusOf('grace', '*')).toBe(401);
    expect(await statusOf('grace', `${DIRECTORY_PASSWORD} `)).toBe(401);
    expect(await statusOf('grace')).toBe(200);
  },
);

test.skipIf(reason !== undefined)(
  'SE-5: StartTLS protects a plain port, and a directory without it is told no password',
  async () => {
    await reached({ urls: [directory.plainUrl] });
    expect(await statusOf('grace')).toBe(200);

    const heard: Buffer[] = [];
    const stripping = await refusingStartTls(heard);
    await reached({ urls: [`ldap://localhost:${stripping.port}`] });
    const refused = await signIn('grace');
    stripping.server.close();
    expect([refused.status, refused.code]).toEqual([503, 'unavailable']);
    expect(await problems()).toContain('no connection');
    const said = Buffer.concat(heard).toString('latin1');
    expect(said).toContain('1.3.6.1.4.1.1466.20037');
    for (const secret of [DIRECTORY_PASSWORD, SEARCHER.password, 'grace']) expect(said).not.toContain(secret);
    await expect(reached({ urls: ['ldap://directory.example.test'], startTls: false })).rejects.toThrow(
      'must be on, but for ldaps:// and this very machine',
    );
  },
);

test.skipIf(reason !== undefined)(
  'SE-5: a certificate of another authority, or for another name, ends the connection before anything is said',
  async () => {
    for (const urls of [[directory.secureUrl], [directory.plainUrl]]) {
      await reached({ urls, certificateAuthority: stranger.certificate });
      expect(await statusOf('grace')).toBe(503);
      expect(await problems()).toMatch(/authority that is not trusted|signed by another authority/);
      await reached({ urls, certificateAuthority: null });
      expect(await statusOf('grace')).toBe(503);
    }
    const elsewhere = await startDirectory(join(folder, 'elsewhere'), authority, 'DNS:elsewhere.test');
    await reached({ urls: [elsewhere.secureUrl] });
    expect([await statusOf('grace'), await problems()]).toEqual([
      503,
      expect.stringContaining('for another name'),
    ]);
    await elsewhere.stop();
  },
);

test.skipIf(reason !== undefined)(
  'SE-5: a server that is dead or mute is left for the next one, and with none of them people are told',
  async () => {
    let calls = 0;
    const silent = createServer(() => {
      calls += 1;
    });
    const port = await listen(silent);
    const dead = `ldaps://localhost:${await freePort()}`;
    await reached({
      timeoutMs: 3_000,
      urls: [dead, `ldaps://localhost:${port}`, `ldap://localhost:${port}`, directory.secureUrl],
    });
    expect(await statusOf('grace')).toBe(200);

    // Whoever comes next does not wait for them again.
    const callsSoFar = calls;
    expect(await statusOf('grace')).toBe(200);
    expect([callsSoFar > 0, calls]).toEqual([true, callsSoFar]);

    await reached({ timeoutMs: 3_000, urls: [dead, `ldaps://localhost:${port}`] });
    const refused = await signIn('grace');
    expect(refused.status).toBe(503);
    expect(refused.detail).toContain('does not answer');
    // An account of this server's own still works, and a wrong password of one reads like everybody's.
    expect(await statusOf(ADMIN.email, ADMIN.password)).toBe(200);
    expect((await signIn(ADMIN.email, 'guessed')).detail).toBe(refused.detail);
    expect(await problems()).toContain('connection refused');
    silent.close();
    // Guesses count while a directory is away, or its outage would be the time for them.
    await reached({ urls: [dead] });
    const guesses: number[] = [];
    for (let guess = 0; guess < 11; guess++) guesses.push(await statusOf('guessed@example.test', 'guess'));
    expect([guesses[0], guesses.at(-1)]).toEqual([503, 429]);
    await reached({});
  },
);

test.skipIf(reason !== undefined)(
  'SE-5: who is disabled or removed here stays out, and so does an address that somebody else has',
  async () => {
    const { items } = await server.api<{ items: { id: string; name: string }[] }>('GET', '/users');
    const idOf = (name: string) => items.find((one) => one.name === name)?.id;
    await server.api('POST', `/users/${idOf('Irene')}/disable`, {});
    expect(await statusOf('irene')).toBe(401);
    await server.api('POST', `/users/${idOf('Irene')}/enable`, {});
    expect(await statusOf('irene')).toBe(200);
    await server.api('DELETE', `/users/${idOf('Irene')}`);
    expect(await statusOf('irene')).toBe(401);

    // Somebody in the directory takes the administrator's address.
    await directory.modify(
      `dn: uid=twin,ou=people,${directory.base}\nchangetype: modify\nreplace: mail\nmail: ${ADMIN.email}\n`,
    );
    expect(await statusOf('twin')).toBe(401);
    expect(await statusOf(ADMIN.email)).toBe(401);
    // Asked to link, the person whom the address belongs to is linked: that is what the setting says.
    await reached({ linkByEmail: true });
    expect((await signIn('twin')).user.email).toBe(ADMIN.email);
    // From then on the directory's word counts for that account, and the old password does not.
    expect(await statusOf(ADMIN.email, ADMIN.password)).toBe(401);
    await change({ enabled: false });
    expect(await statusOf(ADMIN.email, ADMIN.password)).toBe(200);
    await change({ enabled: true });
  },
);

test.skipIf(reason !== undefined)(
  'SE-5, AG-6: the command line adds a directory, tries it, maps a group, and never tells the secret again',
  async () => {
    const env = { MUSTER_SERVER: server.url, MUSTER_TOKEN: server.token };
    const file = join(folder, 'settings.json');
    writeFileSync(file, JSON.stringify(settings({ urls: [directory.plainUrl] })));
    const added = await muster(
      ['providers', 'add', 'Second', '--settings', file, '--secret-stdin'],
      env,
      SEARCHER.password,
    );
    expect([added.code, added.stderr]).toEqual([0, '']);
    const tried = await muster(['providers', 'test', 'second', '--login', 'grace'], env);
    expect([tried.code, tried.stdout]).toEqual([0, expect.stringContaining('grace is uid=grace,ou=people')]);
    expect(
      (await muster(['providers', 'map', 'Second', 'operators', '--role', 'viewer', '--org', 'main'], env))
        .code,
    ).toBe(0);
    const listed = await muster(['providers', 'list', '--json'], env);
    expect(listed.stdout).toContain('"hasSecret": true');
    expect(listed.stdout).not.toContain(SEARCHER.password);
    expect((await muster(['providers', 'list'], env)).stdout).toContain('operators: Viewer at main');
    await muster(['providers', 'change', 'Second', '--secret-stdin'], env, 'wrong');
    const failed = await muster(['providers', 'test', 'Second'], env);
    expect([failed.code, failed.stdout]).toEqual([1, expect.stringContaining('bind failed')]);
    expect((await muster(['providers', 'remove', 'Second'], env)).code).toBe(0);
    expect(server.output()).not.toContain(SEARCHER.password);
    expect(server.output()).not.toContain(DIRECTORY_PASSWORD);
  },
);

test.skipIf(reason !== undefined)(
  'SE-5, SE-12: a linked person gets no password here by link, and admin reset makes the password here count again',
  async () => {
    const { id } = await server.api<{ id: string }>('GET', '/auth/me');
    expect((await signIn('twin')).user.email).toBe(ADMIN.email);
    expect(await statusOf(ADMIN.email, ADMIN.password)).toBe(401);
    await expect(server.api('POST', `/users/${id}/password-link`)).rejects.toThrow('signs in by a directory');
    const words = ['admin', 'reset', '--email', ADMIN.email, '--password-stdin', '--data', server.dataFolder];
    const reset = await muster(words, {}, ADMIN.password);
    expect([reset.code, reset.stderr]).toEqual([0, '']);
    expect(await statusOf(ADMIN.email, ADMIN.password)).toBe(200);
  },
);

function listen(server: Server): Promise<number> {
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
  );
}

/** Somebody on the way who answers StartTLS with “protocol error”, as whoever wants to read along would. */
async function refusingStartTls(heard: Buffer[]): Promise<{ server: Server; port: number }> {
  const refusal = Buffer.from('300c02010178070a010204000400', 'hex');
  const stripping = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      heard.push(Buffer.from(chunk));
      socket.write(refusal);
    });
  });
  return { server: stripping, port: await listen(stripping) };
}
