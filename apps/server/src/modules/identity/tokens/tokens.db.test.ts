import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import {
  BUILT_IN_ROLES,
  type DeviceLogin,
  type DeviceLoginState,
  type TokenPair,
  type UserId,
} from '@muster/contracts';
import { sql } from 'drizzle-orm';
import { aCast, CAST_PASSWORD, type Cast } from '../../../testing/cast.ts';
import { until } from '../../../testing/ledger-fixture.ts';

let cast: Cast;
let userId: UserId;
let email: string;
let session: string;
beforeAll(async () => {
  cast = await aCast();
});
afterAll(() => cast.stop());
beforeEach(async () => {
  await rows(sql`delete from device_logins`);
  const { orgId } = await cast.aTenant(`acme ${crypto.randomUUID()}`);
  userId = await cast.aPerson('Grace', 'viewer', { orgId });
  session = await cast.signIn(userId);
  email = (await rows<{ email: string }>(sql`select email from users where id = ${userId}`))[0]?.email ?? '';
});

async function rows<Row extends Record<string, unknown>>(query: ReturnType<typeof sql>): Promise<Row[]> {
  return (await cast.database.system('test', (tx) => tx.execute<Row>(query))).rows as Row[];
}
const post = (path: string, body: unknown, token?: string) => cast.call(token, 'POST', path, body);
const me = async (token: string) => (await cast.call(token, 'GET', '/auth/me')).status;
const credentials = () => ({ email, password: CAST_PASSWORD });
async function aPair(token?: string): Promise<TokenPair> {
  const answer = await post('/auth/token', token ? {} : { credentials: credentials() }, token);
  expect(answer.status).toBe(200);
  return answer.body as TokenPair;
}
const refresh = (refreshToken: string) => post('/auth/token/refresh', { refreshToken });
const actions = async () =>
  (await rows<{ action: string }>(sql`select action from audit_log where who_id = ${userId}`)).map(
    ({ action }) => action,
  );
const audited = (action: string) => until(async () => (await actions()).includes(action));

describe('access and refresh tokens', () => {
  test('SE-5: a password gives a pair; the access token opens what its person may, the refresh token nothing', async () => {
    const pair = await aPair();

    expect(pair.expiresIn).toBe(600);
    expect(await me(pair.accessToken)).toBe(200);
    expect(await me(pair.refreshToken)).toBe(401);
    expect((await post('/sites', {}, pair.accessToken)).status).toBe(403);
  });

  test('SE-5: a wrong password gives none, and neither does nobody', async () => {
    const wrong = await post('/auth/token', { credentials: { email, password: 'wrong' } });

    expect(wrong.status).toBe(401);
    expect((await post('/auth/token', {})).status).toBe(401);
  });

  test('SE-5: an access token is no cookie', async () => {
    const { accessToken } = await aPair();
    const answer = await fetch(`${cast.running.url}/api/v1/auth/me`, {
      headers: { cookie: `muster_session=${accessToken}` },
    });

    expect(answer.status).toBe(401);
  });

  test('SE-5: claims inform and decide nothing: rights are those of the moment', async () => {
    const { accessToken } = await aPair();
    expect((await cast.call(accessToken, 'GET', '/devices')).status).toBe(200);
    await rows(sql`delete from grants where user_id = ${userId}`);
    expect((await cast.call(accessToken, 'GET', '/devices')).status).toBe(403);
    await cast.grant(userId, 'admin');
    expect((await cast.call(accessToken, 'GET', '/users')).status).toBe(200);
  });

  test('SE-5: with the session, or the person, the access token ends at once', async () => {
    const [own, ended] = [await aPair(), await aPair()];
    expect((await post('/auth/logout', undefined, ended.accessToken)).status).toBe(204);
    expect(await me(ended.accessToken)).toBe(401);
    expect((await refresh(ended.refreshToken)).status).toBe(401);
    expect(await me(own.accessToken)).toBe(200);

    await rows(sql`update users set deleted_at = now() where id = ${userId}`);
    expect(await me(own.accessToken)).toBe(401);
    expect((await refresh(own.refreshToken)).status).toBe(401);
  });

  test('SE-5: neither an access token nor an API key gets tokens that outlive it', async () => {
    const { accessToken } = await aPair();
    await cast.grant(userId, 'admin');
    const made = await post('/api-keys', { name: 'script' }, session);
    const { secret } = made.body as { secret: string };

    for (const token of [accessToken, secret]) {
      expect((await post('/auth/token', {}, token)).status).toBe(403);
      expect((await post('/api-keys', { name: 'more' }, token)).status).toBe(403);
      const { userCode } = (await post('/auth/device', { client: 'x' })).body as { userCode: string };
      expect((await post('/auth/device/inspect', { userCode }, token)).status).toBe(403);
      expect((await post('/auth/device/decide', { userCode, approve: true }, token)).status).toBe(403);
    }
  });

  test('SE-5: a refresh token counts once; the next pair goes on with the same session', async () => {
    const first = await aPair(session);
    const second = (await refresh(first.refreshToken)).body as TokenPair;
    const third = (await refresh(second.refreshToken)).body as TokenPair;

    expect(await me(third.accessToken)).toBe(200);
    expect(new Set([first, second, third].map(({ refreshToken }) => refreshToken)).size).toBe(3);
    await audited('user.tokens_issued');
  });

  test('SE-5: a refresh token that comes again ends its session and all that came of it', async () => {
    const first = await aPair();
    const second = (await refresh(first.refreshToken)).body as TokenPair;
    const other = await aPair();

    expect((await refresh(first.refreshToken)).status).toBe(401);
    expect(await me(first.accessToken)).toBe(401);
    expect(await me(second.accessToken)).toBe(401);
    expect((await refresh(second.refreshToken)).status).toBe(401);
    expect(await me(other.accessToken)).toBe(200);
    await audited('user.token_reused');
    await until(
      async () =>
        (await rows(sql`select 1 from event_log where type = 'user.token_reused' and subject_id = ${userId}`))
          .length === 1,
    );
  });

  test('SE-5: of many who refresh at one moment at most one is answered, and the session ends', async () => {
    const { refreshToken, accessToken } = await aPair();
    const answers = await Promise.all(Array.from({ length: 6 }, () => refresh(refreshToken)));

    expect(answers.filter(({ status }) => status === 200).length).toBe(1);
    expect(await me(accessToken)).toBe(401);
  });

  test('SE-5: of a refresh token the database has a hash alone', async () => {
    const { refreshToken } = await aPair();
    const kept = await rows<{ row: string }>(sql`select t::text as row from refresh_tokens t`);

    expect(kept.length).toBeGreaterThan(0);
    expect(kept.filter(({ row }) => row.includes(refreshToken))).toEqual([]);
  });

  test('SE-5: the public keys are where libraries look, without their private halves', async () => {
    await aPair();
    const { keys } = (await (await fetch(`${cast.running.url}/.well-known/jwks.json`)).json()) as {
      keys: Record<string, string>[];
    };

    expect(keys[0]).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' });
    expect(keys.filter((key) => 'd' in key)).toEqual([]);
  });
});

type Begun = { deviceCode: string; userCode: string; verificationUrl: string; interval: number };
const begin = async () => (await post('/auth/device', { client: 'muster on db-03' })).body as Begun;
const poll = async ({ deviceCode }: Begun) =>
  (await post('/auth/device/token', { deviceCode })).body as DeviceLoginState;
const decide = (userCode: string, approve: boolean, token = session) =>
  post('/auth/device/decide', { userCode, approve }, token);
/** As if its program had waited. */
const waited = () => rows(sql`update device_logins set polled_at = now() - interval '1 minute'`);

describe('signing in with a code', () => {
  test('SE-5: a code is shown, looked at, approved, and gives a session once', async () => {
    const begun = await begin();
    expect(begun.userCode).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
    expect(begun.verificationUrl).toBe(`${cast.running.url}/device`);
    expect(await poll(begun)).toEqual({ state: 'pending', interval: 5 });

    const typed = begun.userCode.toLowerCase().replace('-', ' ');
    const seen = (await post('/auth/device/inspect', { userCode: typed }, session)).body as DeviceLogin;
    expect(seen).toMatchObject({ userCode: begun.userCode, client: 'muster on db-03', address: '127.0.0.1' });
    expect((await decide(typed, true)).status).toBe(204);

    await waited();
    const answer = await poll(begun);
    expect(answer).toMatchObject({ state: 'signed_in', user: { id: userId, email } });
    if (answer.state === 'signed_in') expect(await me(answer.token)).toBe(200);
    expect(await poll(begun)).toEqual({ state: 'expired' });
    await audited('user.device_login_approved');
    await audited('user.login');
  });

  test('SE-5: what was refused gives nothing, and a decision stands', async () => {
    const begun = await begin();
    expect((await decide(begun.userCode, false)).status).toBe(204);
    expect((await decide(begun.userCode, true)).status).toBe(404);

    expect(await poll(begun)).toEqual({ state: 'denied' });
    await audited('user.device_login_denied');
  });

  test('SE-5: whoever asks too often waits longer', async () => {
    const begun = await begin();

    expect(await poll(begun)).toEqual({ state: 'pending', interval: 5 });
    expect(await poll(begun)).toEqual({ state: 'slow_down', interval: 10 });
    expect(await poll(begun)).toEqual({ state: 'slow_down', interval: 15 });
  });

  test('SE-5: a code expires, and so does its approval', async () => {
    const [late, approved] = [await begin(), await begin()];
    expect((await decide(approved.userCode, true)).status).toBe(204);
    await rows(sql`update device_logins set expires_at = now() - interval '1 second'`);

    expect((await decide(late.userCode, true)).status).toBe(404);
    expect(await poll(late)).toEqual({ state: 'expired' });
    expect(await poll(approved)).toEqual({ state: 'expired' });
  });

  test('SE-6: approving needs a fresh proof, and the session is proved as the one that approved it', async () => {
    const begun = await begin();
    await rows(sql`update sessions set proved_at = now() - interval '1 day', methods = '{password,totp}'
      where user_id = ${userId}`);
    expect((await decide(begun.userCode, true)).status).toBe(401);
    await rows(sql`update sessions set proved_at = now() where user_id = ${userId}`);
    expect((await decide(begun.userCode, true)).status).toBe(204);

    expect((await poll(begun)).state).toBe('signed_in');
    const [newest] = await rows<{ methods: string[] }>(
      sql`select methods from sessions where user_id = ${userId} order by created_at desc limit 1`,
    );
    expect(newest?.methods).toEqual(['password', 'totp', 'code']);
  });

  test('SE-6: while a demanded second factor is missing nobody approves a code', async () => {
    const { userCode } = await begin();
    const demanded = JSON.stringify([BUILT_IN_ROLES.viewer.id]);
    await rows(sql`insert into settings (key, value) values ('signIn.requireFactor', ${demanded}::jsonb)`);
    try {
      const answer = await decide(userCode, true);
      expect([answer.status, answer.body]).toMatchObject([403, { code: 'factor_setup_required' }]);
    } finally {
      await rows(sql`delete from settings where key = 'signIn.requireFactor'`);
    }
  });

  test('SE-5: an approval is worth nothing once its session has ended or its person is kept out', async () => {
    const [ended, disabled] = [await begin(), await begin()];
    const second = await cast.signIn(userId);
    await decide(ended.userCode, true);
    await decide(disabled.userCode, true, second);
    await post('/auth/logout', undefined, session);
    await rows(sql`update users set disabled_at = now() where id = ${userId}`);

    expect(await poll(ended)).toEqual({ state: 'denied' });
    expect(await poll(disabled)).toEqual({ state: 'denied' });
  });

  test('SE-5: guesses at codes are throttled, for the right code too', async () => {
    const { userCode } = await begin();
    const guess = () => post('/auth/device/inspect', { userCode: 'BBBB-BBBB' }, session);
    for (let made = 0; made < 10; made++) expect((await guess()).status).toBe(404);

    expect((await guess()).status).toBe(429);
    expect((await decide(userCode, true)).status).toBe(429);
  });

  test('SE-5: of neither code the database has more than a hash, and one address cannot fill it', async () => {
    const begun = await begin();
    const kept = await rows<{ row: string }>(sql`select d::text as row from device_logins d`);
    const secrets = [begun.deviceCode, begun.userCode, begun.userCode.replace('-', '')];
    expect(kept.filter(({ row }) => secrets.some((secret) => row.includes(secret)))).toEqual([]);

    let status = 200;
    for (let made = 0; made < 25 && status === 200; made++) {
      status = (await post('/auth/device', { client: 'x' })).status;
    }
    expect(status).toBe(429);
  });
});
