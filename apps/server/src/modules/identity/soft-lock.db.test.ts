import { afterAll, beforeAll, expect, test } from 'bun:test';
import { randomBytes } from 'node:crypto';
import { systemClock } from '../../platform/clock/index.ts';
import { createSealer } from '../../platform/crypto/sealing.ts';
import { type TestDatabase, testDatabase } from '../../platform/db/testing.ts';
import { createVault } from '../../platform/vault/index.ts';
import { anAudit } from '../../testing/audit-fixture.ts';
import { createEvents } from '../events/index.ts';
import { createThrottle } from './domain/throttle.ts';
import { signInAs } from './factors/usecases/finish-sign-in.ts';
import type { IdentityDeps } from './identity-deps.ts';
import { createServerOrder } from './providers/domain/server-order.ts';
import { provePassword, type TypedPassword } from './providers/usecases/prove-password.ts';
import { createFirstAdministrator } from './usecases/create-first-administrator.ts';
import { logIn } from './usecases/log-in.ts';

const ada = { email: 'ada@example.org', name: 'Ada', password: 'gravel tulip oxygen' };
const NO_SESSION = { address: undefined, andThen: async () => true };
const limit = (failures: number) => createThrottle({ failures, windowMs: 60_000 });

let fixture: TestDatabase;
let deps: IdentityDeps;
beforeAll(async () => {
  fixture = await testDatabase();
  const base = {
    database: fixture.database,
    clock: systemClock,
    audit: anAudit(fixture.database),
    nobodysHash: Bun.password.hash('nobody', 'argon2id'),
  };
  const vault = createVault(createSealer(randomBytes(32)));
  const order = createServerOrder(() => systemClock.monotonic());
  const events = createEvents({ database: fixture.database, onError: () => undefined });
  const throttles = { account: limit(3), address: limit(50), person: limit(4) };
  const signedOut = () => undefined;
  const check = (typed: TypedPassword) =>
    provePassword({ ...base, vault, order, onError: () => undefined }, typed);
  const factors = { ...base, events, vault, throttles, signedOut, provePassword: check };
  deps = {
    ...factors,
    signInAs: (visitor, proven) => signInAs(factors, visitor, proven),
  };
  await createFirstAdministrator(deps, ada, NO_SESSION);
});
afterAll(() => fixture.drop());

const attempt = (address: string, password: string, email = ada.email) =>
  logIn(deps, { address, userAgent: 'test' }, { email, password }).then(
    () => 'in',
    (error: { code: string }) => error.code,
  );

test('SE-5: guesses from many addresses lock an account softly: its owner still gets in from where they were before', async () => {
  expect(await attempt('192.0.2.1', ada.password)).toBe('in');

  const guesses: string[] = [];
  for (let stranger = 1; stranger <= 6; stranger++)
    guesses.push(await attempt(`198.51.100.${stranger}`, 'wrong'));

  expect(guesses).toEqual([...Array<string>(4).fill('unauthenticated'), 'rate_limited', 'rate_limited']);
  expect(await attempt('198.51.100.99', ada.password)).toBe('rate_limited');
  expect(await attempt('192.0.2.1', ada.password)).toBe('in');
});

test('SE-5: an address that nobody has is locked in the same words, so that a lock tells nothing', async () => {
  const guesses: string[] = [];
  for (let stranger = 1; stranger <= 5; stranger++)
    guesses.push(await attempt(`203.0.113.${stranger}`, 'wrong', 'nobody@example.org'));
  expect(guesses).toEqual([...Array<string>(4).fill('unauthenticated'), 'rate_limited']);
});

test('SE-5: the first administrator’s password is held to the same rule', async () => {
  const weak = { ...ada, email: 'b@example.org', password: 'administrator1' };
  await expect(createFirstAdministrator(deps, weak, NO_SESSION)).rejects.toThrow('tried first');
});
