import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { createHmac } from 'node:crypto';
import { type IncomingHttpHeaders, request } from 'node:http';
import { ADMIN, openDatabase, type RunningServer, rawRequest, startServer, until } from '../src/index.ts';

/** Bad input and stolen credentials at the console's listener: the right code, in the log, and nothing leaked. */
setDefaultTimeout(240_000);
const PASSWORD = 'seven quiet rivers';
const ADMIN_ROLE = '00000000-0000-7000-8000-000000000001';
const VIEWER_ROLE = '00000000-0000-7000-8000-000000000003';
let server: RunningServer;
beforeAll(async () => {
  server = await startServer({ flags: ['--trusted-proxies', '127.0.0.2', '--log-level', 'debug'] });
});
afterAll(() => server?.stop());

type Sent = { method?: string; token?: string; headers?: Record<string, string>; body?: string };
type Got = { status: number; text: string; code: string | undefined; headers: Headers };

/** One request; whatever is answered must look like a problem of ours, and tell nothing of how the server is made. */
async function send(path: string, { method = 'POST', token, headers = {}, body }: Sent = {}): Promise<Got> {
  const answer = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
  const text = await answer.text();
  expect(text).not.toMatch(/\n\s+at |node_modules|\/src\/|\.ts:\d|select .* from|drizzle|ZodError/i);
  expect(text).not.toContain(server.dataFolder);
  const code = answer.ok || text === '' ? undefined : (JSON.parse(text) as { code: string }).code;
  return { status: answer.status, text, code, headers: answer.headers };
}
const post = async <T>(path: string, body: unknown, token?: string) => {
  const answer = await send(path, { body: JSON.stringify(body), ...(token ? { token } : {}) });
  return JSON.parse(answer.text || '{}') as T;
};
const me = async (token: string) => (await send('/auth/me', { method: 'GET', token })).status;

async function aPerson(roleId: string): Promise<{ id: string; email: string; grantId: string }> {
  const email = `${crypto.randomUUID()}@example.test`;
  const invited = await server.api<{
    user: { id: string; grants: { id: string }[] };
    link: { token: string };
  }>('POST', '/users', { email, name: 'Mallory', grants: [{ roleId }] });
  await server.api('POST', '/auth/password-links/redeem', { token: invited.link.token, password: PASSWORD });
  return { id: invited.user.id, email, grantId: invited.user.grants[0]?.id ?? '' };
}
type Pair = { accessToken: string; refreshToken: string };
const pairOf = (email: string) => post<Pair>('/auth/token', { credentials: { email, password: PASSWORD } });

/** How often the log has this action, repeats within a minute counted. */
async function audited(action: string, matching = ''): Promise<number> {
  const { items } = await server.api<{ items: { content: object }[] }>(
    'GET',
    `/audit?limit=500&action=${action}`,
  );
  return items.filter(({ content }) => JSON.stringify(content).includes(matching)).length;
}

describe('stolen and forged tokens', () => {
  test('SE-5: the access token of somebody who was removed is worth nothing at once', async () => {
    const { id, email } = await aPerson(VIEWER_ROLE);
    const { accessToken, refreshToken } = await pairOf(email);
    expect(await me(accessToken)).toBe(200);
    await server.api('DELETE', `/users/${id}`);

    expect(await me(accessToken)).toBe(401);
    expect((await send('/auth/token/refresh', { body: JSON.stringify({ refreshToken }) })).status).toBe(401);
  });

  test('SE-7: the key of a maker who was demoted may no more than its maker', async () => {
    const { email, grantId, id } = await aPerson(ADMIN_ROLE);
    const { token } = await post<{ token: string }>('/auth/login', { email, password: PASSWORD });
    const { secret } = await post<{ secret: string }>('/api-keys', { name: 'script' }, token);
    expect((await send('/users', { method: 'GET', token: secret })).status).toBe(200);
    await server.api('POST', `/users/${id}/grants`, { roleId: VIEWER_ROLE });
    await server.api('DELETE', `/grants/${grantId}`);

    expect((await send('/users', { method: 'GET', token: secret })).code).toBe('forbidden');
    expect((await send('/devices', { method: 'GET', token: secret })).status).toBe(200);
    await until('the refusal is in the log', async () => (await audited('access.denied', 'users:read')) > 0);
  });

  test('SE-5: alg none, HS256 with the public key, a wrong key and a changed claim are refused', async () => {
    const { email } = await aPerson(VIEWER_ROLE);
    const { accessToken } = await pairOf(email);
    const [head = '', body = '', signature = ''] = accessToken.split('.');
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const read = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString()) as object;
    const { keys } = (await (await fetch(`${server.url}/.well-known/jwks.json`)).json()) as {
      keys: object[];
    };
    const asHmac = part({ ...read(head), alg: 'HS256' });
    const hmac = createHmac('sha256', JSON.stringify(keys[0]))
      .update(`${asHmac}.${body}`)
      .digest('base64url');
    const admin = await server.api<{ id: string }>('GET', '/auth/me');
    const forged = {
      none: `${part({ ...read(head), alg: 'none' })}.${body}.`,
      'none with a signature': `${part({ ...read(head), alg: 'none' })}.${body}.${signature}`,
      HS256: `${asHmac}.${body}.${hmac}`,
      'wrong kid': `${part({ ...read(head), kid: crypto.randomUUID() })}.${body}.${signature}`,
      'another person': `${head}.${part({ ...read(body), sub: admin.id })}.${signature}`,
      'a later end': `${head}.${part({ ...read(body), exp: 4_000_000_000 })}.${signature}`,
      'no signature': `${head}.${body}.`,
    };

    expect(await me(`${head}.${body}.${signature}`)).toBe(200);
    for (const [name, token] of Object.entries(forged)) {
      expect({ name, status: await me(token) }).toEqual({ name, status: 401 });
    }
  });

  test('SE-5: a refresh token that was copied ends its session, in the log by name', async () => {
    const { email, id } = await aPerson(VIEWER_ROLE);
    const first = await pairOf(email);
    const second = await post<Pair>('/auth/token/refresh', { refreshToken: first.refreshToken });
    const stolen = await send('/auth/token/refresh', {
      body: JSON.stringify({ refreshToken: first.refreshToken }),
    });

    expect(stolen.code).toBe('unauthenticated');
    expect(await me(second.accessToken)).toBe(401);
    await until('it is in the log', async () => (await audited('user.token_reused', id)) === 1);
    for (const secret of [first.accessToken, first.refreshToken, second.accessToken, second.refreshToken]) {
      expect(server.output().includes(secret)).toBe(false);
    }
  });
});

describe('writes from elsewhere', () => {
  const asBrowser = async (headers: Record<string, string>, method = 'POST') => {
    const login = await send('/auth/login', {
      body: JSON.stringify({ email: ADMIN.email, password: ADMIN.password, cookie: true }),
    });
    const cookie = (login.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    return send('/auth/logout', { method, headers: { cookie, ...headers } });
  };

  test('SE-5: a write with the cookie needs the origin of this very console', async () => {
    const foreign = ['https://evil.test', 'null', `${server.url}.evil.test`, 'http://localhost', 'file://'];
    for (const origin of foreign) {
      expect({ origin, code: (await asBrowser({ origin })).code }).toEqual({ origin, code: 'forbidden' });
    }
    expect((await asBrowser({})).code).toBe('forbidden');
    expect((await asBrowser({ origin: server.url })).status).toBe(204);
    await until('it is in the log', async () => (await audited('access.denied', '/auth/logout')) > 0);
  });

  test('SE-5: what a form of another site can send is not read as JSON', async () => {
    const kinds = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ''];
    for (const kind of kinds) {
      const answer = await asBrowser({ origin: 'https://evil.test', 'content-type': kind });
      expect({ kind, status: answer.status }).toEqual({ kind, status: 403 });
    }
  });

  test('SE-5: no foreign page signs a person in as somebody else, whatever type it sends', async () => {
    const body = JSON.stringify({ email: ADMIN.email, password: ADMIN.password, cookie: true });
    const ask = (headers: Record<string, string>) =>
      fetch(`${server.url}/api/v1/auth/login`, { method: 'POST', headers, body: new Blob([body]) });
    const json = { 'content-type': 'application/json' };
    for (const origin of ['https://evil.test', 'null']) {
      for (const type of [{}, { 'content-type': 'text/plain' }, json]) {
        const { status, headers } = await ask({ origin, ...type });
        expect([origin, type, status, headers.get('set-cookie')]).toEqual([origin, type, 403, null]);
      }
    }
    expect((await ask({ origin: server.url, ...json })).status).toBe(200);
    expect((await ask(json)).status).toBe(200);
  });

  test('SE-5: tokens are never remembered for an Idempotency-Key, however the path ends', async () => {
    for (const path of ['/auth/token', '/auth/token/', '/auth/token//']) {
      const headers = { 'idempotency-key': crypto.randomUUID() };
      const ask = () => send(path, { token: server.token, headers, body: '{}' });
      const [first, second] = [await ask(), await ask()];
      expect([path, second.headers.get('idempotency-replayed')]).toEqual([path, null]);
      if (first.status === 200) expect(second.text).not.toBe(first.text);
    }
  });

  test('OP-6: no header turns one method into another', async () => {
    const { email, id } = await aPerson(VIEWER_ROLE);
    for (const name of ['x-http-method-override', 'x-http-method', 'x-method-override']) {
      const headers = { [name]: 'DELETE' };
      const read = await send(`/users/${id}`, { method: 'GET', token: server.token, headers });
      const written = await send(`/users/${id}?_method=DELETE`, { token: server.token, headers, body: '{}' });
      expect([read.status, written.status]).toEqual([200, 404]);
    }
    expect((await pairOf(email)).accessToken).toBeString();
  });
});

describe('bodies', () => {
  const users = (body: string, headers: Record<string, string> = {}) =>
    send('/users', { token: server.token, body, headers });

  test('OP-6: ten megabytes of JSON are too large, announced or not', async () => {
    const big = JSON.stringify({ name: 'x'.repeat(10_000_000) });
    const chunked = await fetch(`${server.url}/api/v1/users`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
      body: new Blob([big]).stream(),
    });

    expect((await users(big)).code).toBe('too_large');
    expect(chunked.status).toBe(413);
  });

  test('OP-6: bombs of nesting, of keys and of prototypes are refused, and the server goes on', async () => {
    const nested = '['.repeat(400_000) + ']'.repeat(400_000);
    const objects = `${'{"a":'.repeat(150_000)}1${'}'.repeat(150_000)}`;
    const keys = `{${Array.from({ length: 80_000 }, (_, at) => `"k${at}":1`).join(',')}}`;
    const prototypes = [
      '{"__proto__":{"name":"x","email":"x@example.test"}}',
      '{"constructor":{"prototype":{"email":"x@example.test"}}}',
    ];
    for (const body of [nested, objects, keys, ...prototypes, '{"email":', 'null', '[]', '"x"', '\u0000']) {
      const { status, code } = await users(body);
      expect([body.slice(0, 20), status, code]).toEqual([body.slice(0, 20), 400, 'invalid_input']);
    }
    expect(({} as { email?: string }).email).toBeUndefined();
    expect(await me(server.token)).toBe(200);
    await using database = openDatabase(server.dataFolder);
    expect((await database`select count(*)::int as n from users where email = 'x@example.test'`)[0].n).toBe(
      0,
    );
  });

  test('OP-6: prototypes in queries reach nothing', async () => {
    const path = '/devices?__proto__[limit]=1&constructor[prototype][x]=1&limit=1';
    const { status } = await send(path, { method: 'GET', token: server.token });

    expect([200, 400]).toContain(status);
    expect(await me(server.token)).toBe(200);
  });

  test('OP-6: headers have an end', async () => {
    const { status } = await rawRequest(server.port, [
      'GET /api/v1/auth/me HTTP/1.1',
      `Host: localhost:${server.port}`,
      `X-Long: ${'x'.repeat(100_000)}`,
    ]);

    expect([400, 413, 431]).toContain(status);
    expect(await me(server.token)).toBe(200);
  });
});

test('SE-5: pages run the server’s own files alone, and nobody frames them', async () => {
  for (const path of ['/', '/sign-in', '/device', '/devices?query=%3Cscript%3E']) {
    const policy = (await fetch(server.url + path)).headers.get('content-security-policy') ?? '';
    const rules = new Map(
      policy.split('; ').map((rule) => [rule.split(' ')[0], rule.split(' ').slice(1).join(' ')]),
    );

    expect(rules.get('default-src')).toBe("'none'");
    expect(rules.get('script-src')).toBe("'self'");
    expect(rules.get('connect-src')).toBe("'self'");
    expect(rules.get('base-uri')).toBe("'none'");
    expect(rules.get('frame-ancestors')).toBe("'none'");
    expect(policy).not.toContain('unsafe-eval');
  }
});

describe('proxies and floods', () => {
  const failOnce = (headers: Record<string, string>) =>
    send('/auth/login', { headers, body: JSON.stringify({ email: 'proxied@example.test', password: 'x' }) });

  test('SE-5: nobody makes up where they come from: forwarded headers of a stranger are not believed', async () => {
    const { headers } = await failOnce({ 'x-forwarded-for': '203.0.113.77', 'x-forwarded-proto': 'https' });

    expect(headers.get('strict-transport-security')).toBeNull();
    await until('it is in the log', async () => (await audited('user.login_failed', 'proxied@example')) > 0);
    expect(await audited('user.login_failed', '203.0.113.77')).toBe(0);
  });

  /** As a proxy on this machine would pass it on: from 127.0.0.2, which the server was told to trust. */
  const throughProxy = (headers: Record<string, string>, body: string) =>
    new Promise<IncomingHttpHeaders>((resolve, reject) => {
      const { port } = server;
      const asked = request({
        ...{ host: '127.0.0.1', port, localAddress: '127.0.0.2', method: 'POST', path: '/api/v1/auth/login' },
        headers: { 'content-type': 'application/json', host: `localhost:${port}`, ...headers },
      });
      asked.on('response', (answer) => answer.resume().on('end', () => resolve(answer.headers)));
      asked.on('error', reject);
      asked.end(body);
    });

  test('SE-5: behind the trusted proxy the log has the client’s address, and TLS counts as TLS', async () => {
    const from = { 'x-forwarded-for': '198.51.100.1, 203.0.113.50', 'x-forwarded-proto': 'https' };
    await throughProxy(from, JSON.stringify({ email: 'behind@example.test', password: 'x' }));
    const { email, password } = ADMIN;
    const headers = await throughProxy(from, JSON.stringify({ email, password, cookie: true }));

    expect(headers['strict-transport-security']).toBe('max-age=31536000');
    expect(headers['set-cookie']?.[0]).toMatch(/^__Host-muster_session=.*; Secure$/);
    await until('it is in the log', async () => (await audited('user.login_failed', '203.0.113.50')) > 0);
    expect(await audited('user.login_failed', '198.51.100.1')).toBe(0);
  });

  test('SE-5: too many requests of one identity are refused with a time to wait, counted, and harm nobody else', async () => {
    const { email } = await aPerson(VIEWER_ROLE);
    const { accessToken } = await pairOf(email);
    let refused: Got | undefined;
    for (let round = 0; round < 40 && !refused; round++) {
      const answers = await Promise.all(
        Array.from({ length: 100 }, () => send('/auth/me', { method: 'GET', token: accessToken })),
      );
      refused = answers.find(({ status }) => status === 429);
    }

    expect(refused?.code).toBe('rate_limited');
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await me(server.token)).toBe(200);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toMatch(/muster_http_rate_limited_total\{identity="person"\} [1-9]/);
  });
});
