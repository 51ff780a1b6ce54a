import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { BUILT_IN_ROLES, type SessionId, type UserId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import { systemClock } from '../../../platform/clock/index.ts';
import { anAudit } from '../../../testing/audit-fixture.ts';
import { aCast, CAST_PASSWORD, type Cast } from '../../../testing/cast.ts';
import { until } from '../../../testing/ledger-fixture.ts';
import { resetAdministrator } from '../index.ts';
import { findCurrentPeople } from '../usecases/authenticate.ts';
import { hashRecoveryCode, newRecoveryCodes } from './domain/recovery-code.ts';
import { totpOf } from './usecases/check-proof.ts';

const STEP_MS = 30_000;

let cast: Cast;
let userId: UserId;
let email: string;
let token: string;

beforeAll(async () => {
  cast = await aCast();
});
afterAll(() => cast.stop());
beforeEach(async () => {
  const tenant = await cast.aTenant(`acme ${crypto.randomUUID()}`);
  userId = await cast.aPerson('Grace', 'viewer', { orgId: tenant.orgId });
  email = (await one<{ email: string }>(sql`select email from users where id = ${userId}`)).email;
  token = await cast.signIn(userId);
});

async function one<Row extends Record<string, unknown>>(query: ReturnType<typeof sql>): Promise<Row> {
  const { rows } = await cast.database.system('test', (tx) => tx.execute<Row>(query));
  return rows[0] as Row;
}
const grace = (method: string, path: string, body?: unknown) => cast.call(token, method, path, body);
const nobody = (path: string, body: unknown) => cast.call(undefined, 'POST', path, body);
const logIn = () => nobody('/auth/login', { email, password: CAST_PASSWORD });
const codeAt = (secret: string, steps: number) =>
  totpOf(secret).generate({ timestamp: Date.now() + steps * STEP_MS });
/** Actions of the log that name this person, in order. */
const actions = async (about: string = userId) => {
  const { items } = (await cast.call(cast.running.token, 'GET', '/audit?log=system&limit=200')).body as {
    items: {
      content: { action: string; who: { id: string | null }; target: { id: string | null } } | null;
    }[];
  };
  return items
    .filter(({ content }) => content?.who.id === about || content?.target.id === about)
    .map(({ content }) => content?.action);
};
const audited = (action: string) => until(async () => (await actions()).includes(action));
const events = async () => {
  const { rows } = await cast.database.system('test', (tx) =>
    tx.execute<{ type: string }>(
      sql`select type from event_log where subject_id = ${userId} order by position`,
    ),
  );
  return rows.map(({ type }) => type);
};

/** Sets up one-time passwords; returns the secret and the recovery codes. */
async function setUpTotp() {
  const begun = (await grace('POST', '/auth/factors/totp')).body as { secret: string; uri: string };
  // The step before this one, so that the present one is still free for the test.
  const confirmed = await grace('POST', '/auth/factors/totp/confirm', { code: codeAt(begun.secret, -1) });
  expect(confirmed.status).toBe(200);
  return { secret: begun.secret, ...(confirmed.body as { recoveryCodes: string[] }) };
}
async function aTicket(): Promise<{ ticket: string; methods: string[] }> {
  const answer = await logIn();
  expect([answer.status, (answer.body as { code: string }).code]).toEqual([401, 'factor_required']);
  return (answer.body as { params: { ticket: string; methods: string[] } }).params;
}
const finish = (ticket: string, proof: object) => nobody('/auth/factor', { ticket, proof });

describe('one-time passwords', () => {
  test('SE-6: set up, a password alone signs nobody in, and a code finishes it; log and events say so', async () => {
    expect((await logIn()).status).toBe(200);
    const { secret, recoveryCodes } = await setUpTotp();
    expect(recoveryCodes).toHaveLength(10);
    const { ticket, methods } = await aTicket();
    expect(methods).toEqual(['totp', 'recovery']);
    const session = await finish(ticket, { method: 'totp', code: codeAt(secret, 0) });
    expect(session.status).toBe(200);
    const mine = await cast.call((session.body as { token: string }).token, 'GET', '/auth/sessions');
    const { items } = mine.body as { items: { methods: string[]; current: boolean }[] };
    expect(items.find(({ current }) => current)?.methods).toEqual(['password', 'totp']);
    await audited('user.factor_added');
    await audited('user.login');
    await until(async () => (await events()).includes('user.mfa.enabled'));
    expect(await events()).toEqual(['user.login', 'user.mfa.enabled', 'user.login']);
  });

  test('SE-6: a code counts once, whoever looks over the shoulder', async () => {
    const { secret } = await setUpTotp();
    const code = codeAt(secret, 0);
    const [first, second] = [await aTicket(), await aTicket()];
    const both = await Promise.all([
      finish(first.ticket, { method: 'totp', code }),
      finish(second.ticket, { method: 'totp', code }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
    expect(
      (await finish((await aTicket()).ticket, { method: 'totp', code: codeAt(secret, -1) })).status,
    ).toBe(401);
  });

  test('SE-6: five wrong codes burn the ticket, and a right one does not save it', async () => {
    const { secret } = await setUpTotp();
    const { ticket } = await aTicket();
    for (let guess = 0; guess < 5; guess++) {
      const answer = await finish(ticket, { method: 'totp', code: '000000' });
      expect([answer.status, (answer.body as { code: string }).code]).toEqual([401, 'unauthenticated']);
    }
    expect((await finish(ticket, { method: 'totp', code: codeAt(secret, 0) })).status).toBe(401);
  });

  test('SE-6: new tickets bring no new guesses: whoever knows the password cannot try all codes', async () => {
    const { secret, recoveryCodes } = await setUpTotp();
    const guess = async () => finish((await aTicket()).ticket, { method: 'totp', code: '000000' });
    const answers = await Promise.all(Array.from({ length: 12 }, guess));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(2);
    for (const { body } of refused) expect(body).toHaveProperty('params.retryAfterMs');
    const right = { method: 'totp', code: codeAt(secret, 0) };
    expect((await finish((await aTicket()).ticket, right)).status).toBe(429);
    expect((await grace('POST', '/auth/prove', { proof: right })).status).toBe(429);
    // Nobody is locked out: what cannot be guessed still opens.
    const [code = ''] = recoveryCodes;
    expect((await finish((await aTicket()).ticket, { method: 'recovery', code })).status).toBe(200);
  });

  test('SE-8: the log says on whose account a second factor was guessed', async () => {
    await setUpTotp();
    await finish((await aTicket()).ticket, { method: 'totp', code: '000000' });
    await audited('user.login_failed');
  });

  test('SE-6: a ticket serves one session and nobody else; a removed person’s opens nothing', async () => {
    const { secret, recoveryCodes } = await setUpTotp();
    const { ticket } = await aTicket();
    expect((await finish(ticket, { method: 'totp', code: codeAt(secret, 0) })).status).toBe(200);
    const [code = ''] = recoveryCodes;
    expect((await finish(ticket, { method: 'recovery', code })).status).toBe(401);
    const open = await aTicket();
    await cast.call(cast.running.token, 'DELETE', `/users/${userId}`);
    expect((await finish(open.ticket, { method: 'recovery', code })).status).toBe(401);
  });

  test('SE-9: the secret is sealed in the database, and no answer or log tells it again', async () => {
    const { secret } = await setUpTotp();
    const kept = await one<{ text: string }>(
      sql`select string_agg(v::text, '') as text from vault_secrets v`,
    );
    expect(kept.text).not.toContain(secret);
    const answers = await Promise.all([grace('GET', '/auth/factors'), grace('GET', '/auth/me')]);
    expect(JSON.stringify(answers)).not.toContain(secret);
    const log = await cast.call(cast.running.token, 'GET', '/audit?log=system&limit=200');
    expect(log.text).not.toContain(secret);
  });

  test('SE-6: giving them up needs no code afterwards, and leaves no recovery codes', async () => {
    await setUpTotp();
    expect((await grace('POST', '/auth/factors/totp')).status).toBe(409);
    expect((await grace('DELETE', '/auth/factors/totp')).status).toBe(204);
    expect((await grace('GET', '/auth/factors')).body).toMatchObject({ totp: null, recoveryCodesLeft: 0 });
    expect((await logIn()).status).toBe(200);
    await audited('user.factor_removed');
  });
});

test('SE-12: admin reset takes lost factors away too, and their sealed secret', async () => {
  await setUpTotp();
  const secrets = () => one<{ count: number }>(sql`select count(*)::int as count from vault_secrets`);
  const before = await secrets();
  const { database } = cast;
  const password = 'seven quiet rivers';
  await resetAdministrator({ database, clock: systemClock, audit: anAudit(database) }, { email, password });
  expect((await secrets()).count).toBe(before.count - 1);
  expect((await nobody('/auth/login', { email, password })).status).toBe(200);
});

describe('recovery codes', () => {
  test('SE-6: each signs in once, as a person may type it; new ones make the old ones worthless', async () => {
    const { recoveryCodes } = await setUpTotp();
    const [first = '', second = ''] = recoveryCodes;
    const typed = first.toUpperCase().replaceAll('-', ' ');
    expect((await finish((await aTicket()).ticket, { method: 'recovery', code: typed })).status).toBe(200);
    expect((await finish((await aTicket()).ticket, { method: 'recovery', code: first })).status).toBe(401);
    expect((await grace('GET', '/auth/factors')).body).toMatchObject({ recoveryCodesLeft: 9 });
    expect((await grace('POST', '/auth/factors/recovery-codes')).status).toBe(200);
    expect((await finish((await aTicket()).ticket, { method: 'recovery', code: second })).status).toBe(401);
    await audited('user.factor_changed');
  });

  test('SE-6: another person’s code opens nothing', async () => {
    const { recoveryCodes } = await setUpTotp();
    const ours = await aTicket();
    const stranger = await cast.aPerson('Mallory', 'viewer');
    await one(
      sql`insert into recovery_codes (user_id, code_hash) values (${stranger}, ${hashRecoveryCode('aaaa-bbbb-cccc-dddd')}) returning 1`,
    );
    expect((await finish(ours.ticket, { method: 'recovery', code: 'aaaa-bbbb-cccc-dddd' })).status).toBe(401);
    expect(recoveryCodes).not.toContain('aaaa-bbbb-cccc-dddd');
  });

  test('codes are long, alike in no two, and free of letters that are mistaken for others', () => {
    const codes = newRecoveryCodes();
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^([a-hjkmnp-z2-9]{4}-){3}[a-hjkmnp-z2-9]{4}$/);
  });
});

describe('what a role demands', () => {
  const demand = (value: unknown) =>
    cast.call(cast.running.token, 'PATCH', '/settings/signIn.requireFactor', { value });
  beforeEach(() => demand([BUILT_IN_ROLES.viewer.id]));
  afterEach(() => demand([]));

  test('SE-6: whoever owes a factor can do nothing but set one up, and everything once it is', async () => {
    const refused = await grace('GET', '/devices');
    expect([refused.status, (refused.body as { code: string }).code]).toEqual([403, 'factor_setup_required']);
    expect((await grace('GET', '/auth/me')).body).toMatchObject({ mustSetUpFactor: true });
    await setUpTotp();
    expect((await grace('GET', '/devices')).status).toBe(200);
    expect((await grace('DELETE', '/auth/factors/totp')).status).toBe(409);
  });

  test('SE-6: views that are open when a role begins to demand a factor lose what they show', async () => {
    const { id } = await one<{ id: SessionId }>(sql`select id from sessions where user_id = ${userId}`);
    const deps = { database: cast.database, clock: systemClock };
    const rights = async () => [...((await findCurrentPeople(deps, [id])).get(id)?.permissions ?? ['ended'])];
    expect(await rights()).toEqual([]);
    await demand([]);
    expect(await rights()).toContain('devices:read');
  });

  test('SE-6: a session from before the factor was set up elsewhere is opened by proving it', async () => {
    const older = await cast.signIn(userId);
    const { secret } = await setUpTotp();
    expect((await cast.call(older, 'GET', '/devices')).status).toBe(403);
    const password = { method: 'password', password: CAST_PASSWORD };
    expect((await cast.call(older, 'POST', '/auth/prove', { proof: password })).status).toBe(200);
    expect((await cast.call(older, 'GET', '/devices')).status).toBe(403);
    const proof = { method: 'totp', code: codeAt(secret, 0) };
    expect((await cast.call(older, 'POST', '/auth/prove', { proof })).status).toBe(200);
    expect((await cast.call(older, 'GET', '/devices')).status).toBe(200);
  });
});

describe('a fresh proof', () => {
  const age = (minutes: number) =>
    one(
      sql`update sessions set proved_at = now() - ${minutes} * interval '1 minute' where user_id = ${userId} returning id`,
    );
  beforeEach(() => cast.grant(userId, 'admin'));

  test('SE-6: dangerous things ask for the password again after half an hour, and others do not', async () => {
    expect((await grace('GET', '/users')).status).toBe(200);
    await age(31);
    const refused = await grace('POST', '/organisations', { name: crypto.randomUUID() });
    expect([refused.status, (refused.body as { code: string }).code]).toEqual([401, 'step_up_required']);
    expect((await grace('POST', '/auth/factors/totp')).status).toBe(401);
    expect((await grace('GET', '/devices')).status).toBe(200);
    const wrong = await grace('POST', '/auth/prove', { proof: { method: 'password', password: 'wrong' } });
    expect((wrong.body as { code: string }).code).toBe('unauthenticated');
    const right = await grace('POST', '/auth/prove', {
      proof: { method: 'password', password: CAST_PASSWORD },
    });
    expect(right.status).toBe(200);
    expect((await grace('POST', '/organisations', { name: crypto.randomUUID() })).status).toBe(201);
  });

  test('SE-6: the refusal names what this person can prove it by, and only that', async () => {
    const asked = async () => {
      const { body } = await grace('POST', '/organisations', { name: crypto.randomUUID() });
      return (body as { params: { methods?: string[] } }).params.methods;
    };
    await age(31);
    expect(await asked()).toEqual(['password']);
    await age(0);
    await setUpTotp();
    await age(31);
    expect(await asked()).toEqual(['password', 'totp', 'recovery']);
    await one(sql`update users set password_hash = null where id = ${userId} returning id`);
    expect(await asked()).toEqual(['totp', 'recovery']);
  });

  test('SE-7: an API key makes, takes and changes no factor of its maker, and ends none of their sessions', async () => {
    const made = await grace('POST', '/api-keys', { name: 'script', permissions: ['devices:read'] });
    expect(made.status).toBe(201);
    const { secret: key } = made.body as { secret: string };
    const { secret } = await setUpTotp();
    const id = crypto.randomUUID();
    const refusals = [
      await cast.call(key, 'DELETE', '/auth/factors/totp'),
      await cast.call(key, 'POST', '/auth/factors/totp'),
      await cast.call(key, 'POST', '/auth/factors/totp/confirm', { code: codeAt(secret, 0) }),
      await cast.call(key, 'POST', '/auth/factors/recovery-codes'),
      await cast.call(key, 'POST', '/auth/factors/passkeys/options'),
      await cast.call(key, 'POST', '/auth/factors/passkeys', { name: 'x', challengeId: id, response: {} }),
      await cast.call(key, 'PUT', `/auth/factors/passkeys/${id}/name`, { name: 'x' }),
      await cast.call(key, 'DELETE', `/auth/factors/passkeys/${id}`),
      await cast.call(key, 'POST', '/auth/sessions/end-others'),
      await cast.call(key, 'DELETE', `/auth/sessions/${id}`),
    ];
    expect(refusals.map(({ status }) => status)).toEqual(refusals.map(() => 403));
    expect((await grace('GET', '/auth/factors')).body).toMatchObject({ recoveryCodesLeft: 10 });
  });

  test('SE-5: an access token, good for minutes, makes no factor and no key that would outlive it', async () => {
    const { accessToken } = (await grace('POST', '/auth/token', {})).body as { accessToken: string };
    expect((await cast.call(accessToken, 'GET', '/auth/factors')).status).toBe(200);
    const refusals = [
      await cast.call(accessToken, 'POST', '/auth/factors/totp'),
      await cast.call(accessToken, 'POST', '/auth/factors/passkeys/options'),
      await cast.call(accessToken, 'POST', '/api-keys', { name: 'script' }),
      await cast.call(accessToken, 'POST', '/auth/sessions/end-others'),
    ];
    expect(refusals.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
  });

  test('SE-7: an API key cannot prove who somebody is, and is not asked', async () => {
    const made = await grace('POST', '/api-keys', { name: 'script' });
    const { secret } = made.body as { secret: string };
    await age(500);
    expect((await cast.call(secret, 'POST', '/organisations', { name: crypto.randomUUID() })).status).toBe(
      201,
    );
    const proof = { method: 'password', password: CAST_PASSWORD };
    expect((await cast.call(secret, 'POST', '/auth/prove', { proof })).status).toBe(403);
  });
});

describe('sessions', () => {
  const sessionsOf = async (who: string) =>
    ((await cast.call(who, 'GET', '/auth/sessions')).body as { items: { id: SessionId; current: boolean }[] })
      .items;

  test('SE-6: a person sees where they are signed in and ends one, or all others, at once', async () => {
    const another = await cast.signIn(userId);
    const third = await cast.signIn(userId);
    expect(await sessionsOf(token)).toHaveLength(3);
    const [id] = (await sessionsOf(another)).filter(({ current }) => current).map((session) => session.id);
    expect((await grace('DELETE', `/auth/sessions/${id}`)).status).toBe(204);
    expect((await cast.call(another, 'GET', '/auth/me')).status).toBe(401);
    expect((await grace('POST', '/auth/sessions/end-others')).body).toEqual({ ended: 1 } as never);
    expect((await cast.call(third, 'GET', '/auth/me')).status).toBe(401);
    expect((await grace('GET', '/auth/me')).status).toBe(200);
    await audited('user.session_ended');
  });

  test('SE-12: an administrator ends a person’s session and takes lost factors away; a colleague may not', async () => {
    await setUpTotp();
    const colleague = await cast.signIn(await cast.aPerson('Mallory', 'viewer'));
    expect((await cast.call(colleague, 'DELETE', `/users/${userId}/factors`)).status).toBe(403);
    const [session] = await sessionsOf(token);
    expect((await cast.call(colleague, 'DELETE', `/auth/sessions/${session?.id}`)).status).toBe(404);
    const ada = (method: string, path: string) => cast.call(cast.running.token, method, path);
    const { items } = (await ada('GET', `/users/${userId}/sessions`)).body as { items: { id: string }[] };
    expect((await ada('DELETE', `/users/${userId}/sessions/${items[0]?.id}`)).status).toBe(204);
    expect((await ada('DELETE', `/users/${userId}/factors`)).status).toBe(204);
    expect((await grace('GET', '/auth/me')).status).toBe(401);
    expect((await logIn()).status).toBe(200);
    await audited('user.factors_reset');
    await until(async () => (await events()).includes('user.mfa.disabled'));
  });
});
