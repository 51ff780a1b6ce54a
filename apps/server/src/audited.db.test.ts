import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contract } from '@muster/contracts';
import { isContractProcedure } from '@orpc/contract';
import { ALL_RECIPES, GRACES_PASSWORDS, type Recipe } from './testing/audited/recipes.ts';
import {
  call,
  client,
  made,
  onActive,
  rows,
  running,
  startWorld,
  stopWorld,
} from './testing/audited/world.ts';
import { until } from './testing/ledger-fixture.ts';
import { ADAS_PASSWORD } from './testing/running-server.ts';
import { temporaryFolder } from './testing/server-process.ts';

const CLI = join(import.meta.dir, '..', '..', 'cli', 'src', 'main.ts');
beforeAll(startWorld);
afterAll(stopWorld);

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
}, 120_000);
