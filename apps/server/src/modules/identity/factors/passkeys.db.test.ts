import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import type { UserId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import { aCast, CAST_PASSWORD, type Cast } from '../../../testing/cast.ts';
import { anAuthenticator } from './testing/authenticator.ts';

type Asked = { readonly challengeId: string; readonly options: { readonly challenge: string } };

let cast: Cast;
let origin: string;
let rpId: string;
let userId: UserId;
let token: string;

beforeAll(async () => {
  cast = await aCast();
  // Passkeys are bound to names; the test server is reached by its name, as a browser would.
  const url = new URL(cast.running.url);
  url.hostname = 'localhost';
  ({ origin, hostname: rpId } = url);
});
afterAll(() => cast.stop());
beforeEach(async () => {
  userId = await cast.aPerson('Grace', 'viewer');
  token = await cast.signIn(userId);
});

/** As cast.call, but by the server's name. */
async function call(who: string | undefined, method: string, path: string, body?: unknown) {
  const answer = await fetch(`${origin}/api/v1${path}`, {
    method,
    headers: {
      ...(who ? { authorization: `Bearer ${who}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: (text === '' ? undefined : JSON.parse(text)) as never };
}
async function ask(who: string | undefined, path: string, body?: object): Promise<Asked> {
  const { status, body: asked } = await call(who, 'POST', path, body);
  expect(status).toBe(200);
  return asked;
}
const begin = () => ask(undefined, '/auth/passkey/options', {});
const signIn = (challengeId: string, response: unknown) =>
  call(undefined, 'POST', '/auth/passkey', { challengeId, response });
const add = (who: string, challengeId: string, response: unknown) =>
  call(who, 'POST', '/auth/factors/passkeys', { challengeId, response, name: 'blue key' });

/** A key that the person behind `who` has registered, with counter 1. */
async function aPasskey(who = token) {
  const key = anAuthenticator(rpId);
  const { challengeId, options } = await ask(who, '/auth/factors/passkeys/options');
  expect((await add(who, challengeId, key.create({ origin, challenge: options.challenge }))).status).toBe(
    201,
  );
  return key;
}
/** Whether the key opens a session with what it claims. */
async function opens(key: Awaited<ReturnType<typeof aPasskey>>, claims: object = {}) {
  const { challengeId, options } = await begin();
  const { challenge } = options;
  return (await signIn(challengeId, key.get({ origin, challenge, counter: 2, ...claims }))).status;
}

describe('a passkey alone', () => {
  test('SE-6: signs its person in, and counts as both factors', async () => {
    const key = await aPasskey();
    const { challengeId, options } = await begin();
    const { body } = await signIn(challengeId, key.get({ origin, challenge: options.challenge, counter: 2 }));
    const { items } = (await call((body as { token: string }).token, 'GET', '/auth/sessions')).body as {
      items: { current: boolean; methods: string[] }[];
    };
    expect(items.find(({ current }) => current)?.methods).toEqual(['passkey']);
  });

  test('SE-6: an answer for another page, or with another page’s key, opens nothing', async () => {
    const key = await aPasskey();
    expect(await opens(key, { origin: 'https://muster.example.org' })).toBe(401);
    expect(await opens(anAuthenticator('muster.example.org', key.id))).toBe(401);
    expect(await opens(key)).toBe(200);
  });

  test('SE-6: an answer counts once, and only for the challenge that was asked', async () => {
    const key = await aPasskey();
    const { challengeId, options } = await begin();
    const answer = key.get({ origin, challenge: options.challenge, counter: 2 });
    expect((await signIn((await begin()).challengeId, answer)).status).toBe(401);
    expect((await signIn(challengeId, answer)).status).toBe(200);
    expect((await signIn(challengeId, answer)).status).toBe(401);
    const own = await ask(token, '/auth/prove/passkey-options');
    const proof = key.get({ origin, challenge: own.options.challenge, counter: 3 });
    expect((await signIn(own.challengeId, proof)).status).toBe(401);
  });

  test('SE-6: a challenge that is five minutes old is worthless', async () => {
    const key = await aPasskey();
    const { challengeId, options } = await begin();
    const { id } = await one<{ id: string }>(sql`
        with old as (delete from passkey_challenges where id = ${challengeId} returning *)
        insert into passkey_challenges (id, purpose, user_id, challenge, expires_at)
        select gen_random_uuid(), purpose, user_id, challenge, now() - interval '1 second' from old returning id`);
    const answer = key.get({ origin, challenge: options.challenge, counter: 2 });
    expect((await signIn(id, answer)).status).toBe(401);
  });

  test('SE-6: a copy is noticed by its counter', async () => {
    const key = await aPasskey();
    expect(await opens(key, { counter: 9 })).toBe(200);
    expect(await opens(key, { counter: 9 })).toBe(401);
    expect(await opens(key, { counter: 5 })).toBe(401);
    expect(await opens(key, { counter: 10 })).toBe(200);
  });

  test('SE-6: a key that did not check who holds it is no first factor, but a second one', async () => {
    const key = await aPasskey();
    expect(await opens(key, { isVerified: false })).toBe(401);
    const { email } = await one<{ email: string }>(sql`select email from users where id = ${userId}`);
    const half = await call(undefined, 'POST', '/auth/login', { email, password: CAST_PASSWORD });
    const { ticket } = (half.body as { params: { ticket: string } }).params;
    const { challengeId, options } = await ask(undefined, '/auth/passkey/options', { ticket });
    const response = key.get({ origin, challenge: options.challenge, counter: 3, isVerified: false });
    const proof = { method: 'passkey', challengeId, response };
    expect((await call(undefined, 'POST', '/auth/factor', { ticket, proof })).status).toBe(200);
  });

  test('SE-6: another person’s passkey finishes nobody’s sign-in, and proves nobody', async () => {
    await aPasskey();
    const mallory = await cast.signIn(await cast.aPerson('Mallory', 'viewer'));
    const theirs = await aPasskey(mallory);
    const { challengeId, options } = await ask(token, '/auth/prove/passkey-options');
    const response = theirs.get({ origin, challenge: options.challenge, counter: 2 });
    const proof = { method: 'passkey', challengeId, response };
    expect((await call(token, 'POST', '/auth/prove', { proof })).status).toBe(401);
  });

  test('SE-6: that of a disabled or removed person opens nothing', async () => {
    const key = await aPasskey();
    const ada = cast.running.token;
    expect((await cast.call(ada, 'POST', `/users/${userId}/disable`)).status).toBeLessThan(300);
    expect(await opens(key)).toBe(401);
    expect((await cast.call(ada, 'DELETE', `/users/${userId}`)).status).toBeLessThan(300);
    expect(await opens(key, { counter: 3 })).toBe(401);
  });

  test('SE-6: what is no answer at all is refused, not a fault', async () => {
    for (const response of [{}, { id: 7 }, { id: 'AAAA', response: { clientDataJSON: '%%' } }]) {
      expect((await signIn((await begin()).challengeId, response)).status).toBe(401);
    }
  });
});

describe('a new passkey', () => {
  test('SE-6: one made for another page, or for another person’s challenge, is not kept', async () => {
    const { challengeId, options } = await ask(token, '/auth/factors/passkeys/options');
    const foreign = anAuthenticator(rpId).create({
      origin: 'https://muster.example.org',
      challenge: options.challenge,
    });
    expect((await add(token, challengeId, foreign)).status).toBe(400);
    const mallory = await cast.signIn(await cast.aPerson('Mallory', 'viewer'));
    const again = await ask(token, '/auth/factors/passkeys/options');
    const stolen = anAuthenticator(rpId).create({ origin, challenge: again.options.challenge });
    expect((await add(mallory, again.challengeId, stolen)).status).toBe(400);
    expect((await call(token, 'GET', '/auth/factors')).body).toMatchObject({ passkeys: [] });
  });

  test('SE-6: a credential that somebody has already is refused, and stays theirs', async () => {
    const key = await aPasskey();
    const mallory = await cast.signIn(await cast.aPerson('Mallory', 'viewer'));
    const { challengeId, options } = await ask(mallory, '/auth/factors/passkeys/options');
    const twin = anAuthenticator(rpId, key.id);
    const taken = await add(mallory, challengeId, twin.create({ origin, challenge: options.challenge }));
    expect(taken.status).toBe(409);
    expect(await opens(twin)).toBe(401);
    expect(await opens(key)).toBe(200);
  });

  test('SE-6: the first brings recovery codes; only its person renames and removes it', async () => {
    await aPasskey();
    const { passkeys, recoveryCodesLeft } = (await call(token, 'GET', '/auth/factors')).body as {
      passkeys: { id: string }[];
      recoveryCodesLeft: number;
    };
    expect([passkeys.length, recoveryCodesLeft]).toEqual([1, 10]);
    const path = `/auth/factors/passkeys/${passkeys[0]?.id}`;
    const mallory = await cast.signIn(await cast.aPerson('Mallory', 'viewer'));
    expect((await call(mallory, 'PUT', `${path}/name`, { name: 'mine' })).status).toBe(404);
    expect((await call(mallory, 'DELETE', path)).status).toBe(404);
    expect((await call(token, 'PUT', `${path}/name`, { name: 'green key' })).body).toMatchObject({
      name: 'green key',
    });
    expect((await call(token, 'DELETE', path)).status).toBe(204);
    expect((await call(token, 'GET', '/auth/factors')).body).toMatchObject({
      ...{ passkeys: [], recoveryCodesLeft: 0 },
    });
  });

  test('SE-6: none is made by an address, which browsers keep no passkeys for', async () => {
    const refused = await cast.call(token, 'POST', '/auth/factors/passkeys/options');
    expect([refused.status, cast.running.url]).toEqual([409, expect.stringContaining('127.0.0.1')]);
  });
});

async function one<Row extends Record<string, unknown>>(query: ReturnType<typeof sql>): Promise<Row> {
  const { rows } = await cast.database.system('test', (tx) => tx.execute<Row>(query));
  return rows[0] as Row;
}
