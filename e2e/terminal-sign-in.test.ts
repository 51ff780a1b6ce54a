import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret, TOTP } from 'otpauth';
import {
  ADMIN,
  muster,
  musterAtTerminal,
  openDatabase,
  type RunningServer,
  startServer,
} from './src/index.ts';

/** Second factors and fresh proofs at a real terminal. */
setDefaultTimeout(240_000);

let server: RunningServer;
let folder = '';
let env: Record<string, string> = {};
let totp: TOTP;
let recoveryCodes: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'muster-terminal-'));
  server = await startServer({ dataFolder: join(folder, 'data'), localAgent: false });
  env = { MUSTER_CLI_CONFIG: join(folder, 'login.json') };
  const { secret } = await server.api<{ secret: string }>('POST', '/auth/factors/totp');
  totp = new TOTP({ secret: Secret.fromBase32(secret) });
  const confirmed = await server.api<{ recoveryCodes: string[] }>('POST', '/auth/factors/totp/confirm', {
    // A code counts once: this one is of the half minute before, so that the next sign-in has one left.
    code: totp.generate({ timestamp: Date.now() - 30_000 }),
  });
  recoveryCodes = confirmed.recoveryCodes;
}, 240_000);

afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const login = ['login', '--email', ADMIN.email];

test('SE-6, AG-6: a password at a terminal is followed by the code of an authenticator, and neither is shown', async () => {
  const { code, screen } = await musterAtTerminal([...login, '--server', server.url], env, [
    ['Password:', ADMIN.password],
    ['Code of your authenticator', totp.generate()],
  ]);

  expect(screen).toContain('Signed in');
  expect(screen).not.toContain(ADMIN.password);
  expect(code).toBe(0);
});

test('SE-6, AG-6: what is dangerous asks at the terminal for a fresh proof, and then happens', async () => {
  const database = openDatabase(join(folder, 'data'));
  await database`update sessions set proved_at = now() - interval '2 days'`;
  await database.end();

  const first = await musterAtTerminal(['roles', 'create', 'Looker', 'devices:read'], env, [
    ['Code of your authenticator', recoveryCodes[0] ?? ''],
  ]);
  const second = await musterAtTerminal(['roles', 'create', 'Reader', 'devices:read'], env, []);

  expect(first.screen).toContain('fresh proof');
  expect([first.code, first.screen]).toEqual([0, expect.stringContaining('Looker')]);
  expect([second.code, second.screen]).toEqual([0, expect.not.stringContaining('fresh proof')]);
});

test('SE-6: a wrong code signs nobody in', async () => {
  const { code, screen } = await musterAtTerminal([...login, '--server', server.url], env, [
    ['Password:', ADMIN.password],
    ['Code of your authenticator', '000000'],
  ]);

  expect(code).toBe(3);
  expect(screen).not.toContain('Signed in');
});

test('SE-6, AG-6: the command line takes a lost second factor from a person, and the password is enough again', async () => {
  const ended = await muster(['users', 'reset-factors', ADMIN.email], env);
  const { screen } = await musterAtTerminal([...login, '--server', server.url], env, [
    ['Password:', ADMIN.password],
  ]);

  expect([ended.code, ended.stdout]).toEqual([0, expect.stringContaining('no second factor')]);
  expect(screen).toContain('Signed in');
});
