import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import type { Factors, Session } from '@muster/contracts';
import { Secret, TOTP } from 'otpauth';
import {
  ADMIN,
  muster,
  musterAtTerminal,
  openDatabase,
  type RunningServer,
  stageTerminal,
  type Terminal,
} from '../src/index.ts';

/** One's own account and the server itself by command line. */
setDefaultTimeout(240_000);

const GRACE = 'grace@example.test';
const FIRST = 'gravel tulip oxygen';
const SECOND = 'copper lantern walrus';
let terminal: Terminal;
let server: RunningServer;
let env: Record<string, string> = {};

beforeAll(async () => {
  terminal = await stageTerminal();
  ({ server, env } = terminal);
}, 240_000);
afterAll(() => terminal.stop());

const envOf = (name: string) => terminal.envOf(name);
const signIn = (email: string, password: string, as: Record<string, string>) =>
  muster(['login', '--server', server.url, '--email', email, '--password-stdin'], as, password);

async function json<Answer>(as: Record<string, string>, words: string[], input?: string): Promise<Answer> {
  const { code, stdout, stderr } = await muster([...words, '--json'], as, input);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Answer;
}

test('AG-6, SE-12: whoever is invited chooses a password with the link, and changes it, without a browser', async () => {
  const graceEnv = envOf('grace');
  const { link } = await json<{ link: { path: string } }>(env, [
    'users',
    'invite',
    GRACE,
    'Grace',
    '--role',
    'viewer',
  ]);
  const address = new URL(link.path, server.url).href;
  const redeemed = await muster(['password', 'redeem', '--stdin'], graceEnv, `${address}\n${FIRST}\n`);
  expect([redeemed.code, redeemed.stderr]).toEqual([0, expect.stringContaining('Grace')]);
  expect(redeemed.stdout).not.toContain(FIRST);
  expect((await signIn(GRACE, FIRST, graceEnv)).code).toBe(0);

  await json(graceEnv, ['password', 'change', '--stdin'], `${FIRST}\n${SECOND}\n`);
  expect((await signIn(GRACE, FIRST, envOf('late'))).code).toBe(3);
  expect((await signIn(GRACE, SECOND, envOf('second'))).code).toBe(0);
  const oneLine = await muster(['password', 'change', '--stdin'], graceEnv, SECOND);
  expect([oneLine.code, oneLine.stderr]).toEqual([2, expect.stringContaining('each on a line')]);
});

test('AG-6, SE-12: sessions are listed and ended, one’s own and those of a person', async () => {
  const graceEnv = envOf('grace');
  const mine = await json<Session[]>(graceEnv, ['sessions', 'list']);
  expect(mine.map(({ current }) => current).sort()).toEqual([false, true]);
  const [other] = mine.filter(({ current }) => !current);
  await json(graceEnv, ['sessions', 'end', other?.id ?? '']);
  expect((await muster(['whoami'], envOf('second'))).code).toBe(3);

  expect((await signIn(GRACE, SECOND, envOf('second'))).code).toBe(0);
  expect(await json<unknown>(graceEnv, ['sessions', 'end-others'])).toEqual({ ended: 1 });
  expect((await muster(['whoami'], envOf('second'))).code).toBe(3);

  const [seen] = await json<Session[]>(env, ['sessions', 'list', '--user', GRACE]);
  await json(env, ['sessions', 'end', seen?.id ?? '', '--user', GRACE]);
  expect((await muster(['whoami'], graceEnv)).code).toBe(3);
});

test('AG-6, SE-6: one-time passwords are set up and given up, with recovery codes, by typed words alone', async () => {
  const graceEnv = envOf('grace');
  expect((await signIn(GRACE, SECOND, graceEnv)).code).toBe(0);
  const { secret } = await json<{ secret: string }>(graceEnv, ['factors', 'begin-totp']);
  const totp = new TOTP({ secret: Secret.fromBase32(secret) });
  const wrong = await muster(['factors', 'confirm-totp', '--code-stdin'], graceEnv, '000000');
  expect(wrong.code).not.toBe(0);
  const confirm = ['factors', 'confirm-totp', '--code-stdin'];
  const told = await json<{ recoveryCodes: string[] }>(graceEnv, confirm, totp.generate());
  expect(told.recoveryCodes).toHaveLength(10);
  const renewed = await json<{ recoveryCodes: string[] }>(graceEnv, ['factors', 'recovery-codes']);
  expect(renewed.recoveryCodes.filter((code) => told.recoveryCodes.includes(code))).toEqual([]);

  expect((await json<Factors>(graceEnv, ['factors', 'show'])).recoveryCodesLeft).toBe(10);
  expect((await json<Factors>(graceEnv, ['factors', 'remove-totp'])).totp).toBeNull();
  const unknown = await muster(['factors', 'remove-passkey', 'Phone'], graceEnv);
  expect([unknown.code, unknown.stderr]).toEqual([5, expect.stringContaining('Phone')]);
});

test('AG-6, SE-6: a passkey is renamed and removed', async () => {
  const database = openDatabase(server.dataFolder);
  await database`insert into passkeys (id, user_id, name, credential_id, public_key, counter, synced)
    select gen_random_uuid(), id, 'Phone', '\\x01', '\\x02', 0, false from users where email = ${GRACE}`;
  await database.end();

  const graceEnv = envOf('grace');
  expect(await json<unknown>(graceEnv, ['factors', 'rename-passkey', 'phone', 'Old phone'])).toMatchObject({
    name: 'Old phone',
  });
  await json(graceEnv, ['factors', 'remove-passkey', 'Old phone']);
  expect((await json<Factors>(graceEnv, ['factors', 'show'])).passkeys).toEqual([]);
});

test('AG-6, SE-6: a code is looked at, refused, and approved for a program that waits', async () => {
  const begin = () =>
    server.api<{ userCode: string; deviceCode: string }>('POST', '/auth/device', { client: 'a probe' });
  const poll = (deviceCode: string) =>
    server.api<{ state: string }>('POST', '/auth/device/token', { deviceCode });
  const [bad, good] = [await begin(), await begin()];

  expect(await json<unknown>(env, ['sessions', 'asking', bad.userCode])).toMatchObject({ client: 'a probe' });
  await json(env, ['sessions', 'refuse', bad.userCode]);
  const unsure = await muster(['sessions', 'approve', good.userCode], env);
  expect([unsure.code, unsure.stderr]).toEqual([2, expect.stringContaining('--yes')]);
  await json(env, ['sessions', 'approve', good.userCode, '--yes']);

  expect((await poll(bad.deviceCode)).state).toBe('denied');
  expect((await poll(good.deviceCode)).state).toBe('signed_in');
});

test('AG-6, SE-6: a change of what was read before asks for a fresh proof as well', async () => {
  const database = openDatabase(server.dataFolder);
  await database`update sessions set proved_at = now() - interval '2 days'`;
  await database.end();

  const { code, screen } = await musterAtTerminal(['settings', 'set', 'signIn.stepUpMinutes', '45'], env, [
    ['Password:', ADMIN.password],
  ]);

  expect(screen).toContain('fresh proof');
  expect([code, screen]).toEqual([0, expect.stringContaining('signIn.stepUpMinutes is 45')]);
});

test('AG-6: the server tells its state, and takes an address and what agents dial', async () => {
  const status = await json<{ gatewayAddresses: string[] }>(env, ['server', 'status']);
  const published = await json<{ addresses: string[] }>(env, [
    'server',
    'gateways',
    ...status.gatewayAddresses,
  ]);
  expect(published.addresses).toEqual(status.gatewayAddresses);

  const unknown = await muster(['server', 'prepare-build', 'amiga'], env);
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('linux-amd64')]);
  const wrong = await muster(['server', 'listen', 'no such place'], env);
  expect(wrong.code).not.toBe(0);
});
