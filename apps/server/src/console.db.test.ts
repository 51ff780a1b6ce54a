import { afterAll, beforeAll, expect, test } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { networkInterfaces } from 'node:os';
import { contract, Problem } from '@muster/contracts';
import { oc } from '@orpc/contract';
import { implement } from '@orpc/server';
import { assertGuarded } from './platform/http/index.ts';
import { ADAS_PASSWORD, type RunningServer, runServer } from './testing/running-server.ts';

const promtool = Bun.which('promtool');
const outside = Object.values(networkInterfaces())
  .flatMap((list) => list ?? [])
  .find((entry) => !entry.internal && entry.family === 'IPv4')?.address;
if (!promtool) console.log('SKIPPED: /metrics by promtool: it is not installed');
if (!outside) console.log('SKIPPED: a further address: this machine has none beyond loopback');

let running: RunningServer;
beforeAll(async () => {
  running = await runServer();
});
afterAll(() => running.stop());

type Call = { method?: string; body?: unknown; headers?: Record<string, string>; signedIn?: boolean };

function call(
  path: string,
  { method = 'GET', body, headers = {}, signedIn = true }: Call = {},
): Promise<Response> {
  return fetch(`${running.url}${path}`, {
    method,
    headers: {
      ...(signedIn ? { authorization: `Bearer ${running.token}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

async function problemOf(answer: Response): Promise<Problem> {
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  return Problem.parse(await answer.json());
}

function signIn(body: Record<string, unknown>): Promise<Response> {
  return call('/api/v1/auth/login', { method: 'POST', signedIn: false, body });
}

const aToken = { description: 'for a test', uses: 1, expiresInMs: 60_000 };

test('OP-1: /health names its parts and is 200 only because database and gateway are ready', async () => {
  const answer = await call('/health', { signedIn: false });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ status: 'ready', parts: { database: 'ready', gateway: 'ready' } });
});

test.skipIf(!promtool)('OP-2: promtool accepts /metrics', async () => {
  const text = await (await call('/metrics', { signedIn: false })).text();
  const checked = spawnSync(promtool ?? '', ['check', 'metrics'], { input: text, encoding: 'utf8' });
  expect(checked.stdout + checked.stderr).toBe('');
  expect(checked.status).toBe(0);
});

test('OP-2: /metrics counts requests by route, and tells a proxied stranger nothing', async () => {
  await call('/api/v1/sites');
  const text = await (await call('/metrics', { signedIn: false })).text();
  expect(text).toMatch(
    /muster_http_request_duration_seconds_count\{method="GET",route="\/api\/v1",status="200"\} [1-9]/,
  );
  expect(text).toContain('process_resident_memory_bytes');

  const stranger = await call('/metrics', {
    signedIn: false,
    headers: { 'x-forwarded-for': '198.51.100.7' },
  });
  const rebound = await call('/metrics', { signedIn: false, headers: { host: 'evil.example' } });
  const scraper = await call('/metrics', { headers: { 'x-forwarded-for': '198.51.100.7' } });
  expect([stranger.status, rebound.status, scraper.status]).toEqual([401, 401, 200]);
});

test('every endpoint of the contract refuses whoever has not signed in, sign-in itself excepted', async () => {
  const document = (await (await call('/api/v1/openapi.json', { signedIn: false })).json()) as {
    openapi: string;
    paths: Record<string, Record<string, { operationId: string; security: unknown[] }>>;
  };
  expect(document.openapi).toStartWith('3.1');
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
  );
  expect(operations.length).toBeGreaterThan(20);
  for (const { path, method, operationId, security } of operations) {
    const real = `/api/v1${path.replaceAll(/\{\w+\}/g, '01900000-0000-7000-8000-000000000000')}`;
    const answer = await call(real, {
      method: method.toUpperCase(),
      signedIn: false,
      headers: { 'if-match': '"1"' },
    });
    // Public ones miss their input, or need none.
    const expected = security.length === 0 ? [200, 400] : [401];
    expect([operationId, expected.includes(answer.status)]).toEqual([operationId, true]);
    await answer.body?.cancel();
  }
});

test('a server with an endpoint that does not say who may use it refuses to boot', () => {
  const unguarded = { open: implement(oc.route({ method: 'GET', path: '/x' })).handler(() => undefined) };
  expect(() => assertGuarded({ inner: unguarded }, [])).toThrow('inner.open');
  expect(() => assertGuarded({}, [{ path: '/raw' }])).toThrow('/raw');
  const guarded = implement(contract.auth.me).handler(
    () => ({ id: '', email: '', name: '', permissions: [] }) as never,
  );
  expect(() => assertGuarded({ guarded }, [])).not.toThrow();
});

test('a wrong password and an unknown address read the same', async () => {
  const wrong = await problemOf(await signIn({ email: 'ada@example.org', password: 'wrong' }));
  const unknown = await problemOf(await signIn({ email: 'nobody@example.org', password: 'wrong' }));
  expect({ ...wrong, trace_id: '' }).toEqual({ ...unknown, trace_id: '' });
  expect(wrong.code).toBe('unauthenticated');
});

test('an account that fails ten times from one address has to wait, others do not', async () => {
  const attempts: number[] = [];
  for (let attempt = 0; attempt < 12; attempt++) {
    attempts.push((await signIn({ email: 'mallory@example.org', password: 'wrong' })).status);
  }
  expect(attempts).toEqual([...Array<number>(10).fill(401), 429, 429]);
  const told = await signIn({ email: 'mallory@example.org', password: 'wrong' });
  expect(Number(told.headers.get('retry-after'))).toBeGreaterThan(60);
  expect((await signIn({ email: 'ada@example.org', password: ADAS_PASSWORD })).status).toBe(200);
}, 120_000);

test('signing out ends the session at once', async () => {
  const { token } = (await (await signIn({ email: 'ADA@example.org', password: ADAS_PASSWORD })).json()) as {
    token: string;
  };
  const headers = { authorization: `Bearer ${token}` };
  expect((await call('/api/v1/auth/me', { headers })).status).toBe(200);
  expect((await call('/api/v1/auth/logout', { method: 'POST', headers })).status).toBe(204);
  expect((await call('/api/v1/auth/me', { headers })).status).toBe(401);
});

test('the console’s cookie is out of reach of scripts, and writes with it must come from this origin', async () => {
  const login = await signIn({ email: 'ada@example.org', password: ADAS_PASSWORD, cookie: true });
  const cookie = login.headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(/^muster_session=mst_[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Expires=/);
  const headers = { cookie: cookie.split(';')[0] ?? '' };

  const read = await call('/api/v1/auth/me', { signedIn: false, headers });
  const write = (origin: Record<string, string>) =>
    call('/api/v1/live/ticket', { method: 'POST', signedIn: false, headers: { ...headers, ...origin } });
  expect(read.status).toBe(200);
  expect((await write({})).status).toBe(403);
  expect((await write({ origin: 'https://evil.example' })).status).toBe(403);
  expect((await write({ origin: running.url })).status).toBe(201);
});

test('set-up is gone once somebody exists, like any path that never was', async () => {
  const body = { token: 'x', email: 'a@example.org', name: 'A', password: 'long enough to be one' };
  const gone = await call('/api/v1/setup', { method: 'POST', signedIn: false, body });
  const never = await call('/api/v1/setups', { method: 'POST', signedIn: false, body });
  const [left, right] = [await problemOf(gone), await problemOf(never)];
  expect(left.status).toBe(404);
  expect({ ...left, detail: left.detail.replace('setup', 'setups'), trace_id: '' }).toEqual({
    ...right,
    trace_id: '',
  });
  expect([...gone.headers.keys()].sort()).toEqual([...never.headers.keys()].sort());
  expect(await running.server.setUpToken()).toBeUndefined();
});

test('a POST repeated under its Idempotency-Key does nothing twice and answers the same, secret included', async () => {
  const headers = { 'idempotency-key': crypto.randomUUID() };
  const first = await call('/api/v1/enrolment-tokens', { method: 'POST', body: aToken, headers });
  const second = await call('/api/v1/enrolment-tokens', { method: 'POST', body: aToken, headers });
  const other = await call('/api/v1/enrolment-tokens', {
    method: 'POST',
    body: { ...aToken, uses: 2 },
    headers,
  });

  expect([first.status, second.status]).toEqual([201, 201]);
  expect(second.headers.get('idempotency-replayed')).toBe('true');
  expect(await second.json()).toEqual(await first.json());
  expect((await problemOf(other)).code).toBe('conflict');
  const list = (await (await call('/api/v1/enrolment-tokens')).json()) as { items: unknown[] };
  expect(list.items).toHaveLength(1);
});

test('of ten requests with one Idempotency-Key at once, one is done', async () => {
  const headers = { 'idempotency-key': crypto.randomUUID() };
  const body = { ...aToken, description: 'at once' };
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => call('/api/v1/enrolment-tokens', { method: 'POST', body, headers })),
  );
  expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
  const list = (await (await call('/api/v1/enrolment-tokens')).json()) as {
    items: { description: string }[];
  };
  expect(list.items.filter(({ description }) => description === 'at once')).toHaveLength(1);
});

test('sign-in is never remembered under an Idempotency-Key', async () => {
  const headers = { 'idempotency-key': crypto.randomUUID() };
  const body = { email: 'ada@example.org', password: ADAS_PASSWORD };
  const [one, two] = [
    await call('/api/v1/auth/login', { method: 'POST', body, headers }),
    await call('/api/v1/auth/login', { method: 'POST', body, headers }),
  ];
  expect(((await one.json()) as { token: string }).token).not.toBe(
    ((await two.json()) as { token: string }).token,
  );
});

test('PATCH without If-Match is 428', async () => {
  const path = '/api/v1/devices/01900000-0000-7000-8000-000000000000';
  const answer = await call(path, { method: 'PATCH', body: { displayName: 'x' } });
  expect((await problemOf(answer)).code).toBe('precondition_required');
});

test('bad input tells every field, and what is no JSON is told as such', async () => {
  const fields = await problemOf(await signIn({ email: 'no\u0001body', password: '' }));
  expect((fields.params.issues as { path: string }[]).map(({ path }) => path)).toEqual(['email', 'password']);
  expect(fields.detail).toBe(
    'email must not hold control characters or invisible ones; password must not be empty.',
  );
  const garbage = await call('/api/v1/auth/login', { method: 'POST', signedIn: false, body: '{"email":' });
  expect((await problemOf(garbage)).code).toBe('invalid_input');
});

test('a body above the limit is refused, also when its length is not announced', async () => {
  const big = 'x'.repeat(1_100_000);
  const announced = await call('/api/v1/auth/login', { method: 'POST', signedIn: false, body: big });
  const chunked = await fetch(`${running.url}/api/v1/auth/login`, {
    method: 'POST',
    body: new ReadableStream({
      start(controller) {
        for (let chunk = 0; chunk < 20; chunk++)
          controller.enqueue(new TextEncoder().encode('x'.repeat(100_000)));
        controller.close();
      },
    }),
  });
  expect((await problemOf(announced)).code).toBe('too_large');
  expect((await problemOf(chunked)).code).toBe('too_large');
});

test('the page to read the API brings everything with it and lets nothing else run', async () => {
  const answer = await call('/api/docs', { signedIn: false });
  const html = await answer.text();
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
  const parts = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
  expect(parts.length).toBeGreaterThanOrEqual(3);
  for (const path of parts) {
    expect(path).toStartWith('/');
    expect((await call(path, { signedIn: false })).status).toBe(200);
  }
});

test('every answer carries the headers that keep a browser from guessing, framing and leaking', async () => {
  for (const path of ['/', '/health', '/api/v1/nothing', '/api/v1/sites']) {
    const { headers } = await call(path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('x-trace-id')).toMatch(/^[0-9a-f]{32}$/);
  }
});

test('no path leads out of the console’s folder', async () => {
  for (const path of [
    '/../package.json',
    '/..%2fpackage.json',
    '/assets/..%2f..%2fpackage.json',
    '/%00.js',
  ]) {
    const answer = await call(path, { signedIn: false });
    expect(answer.status).toBe(404);
    expect(await answer.text()).not.toContain('"workspaces"');
  }
});

test.skipIf(!outside)(
  'a further address is opened at once, with TLS whose key is the one that is pinned',
  async () => {
    const opened = await call('/api/v1/system/listen', { method: 'POST', body: { address: outside } });
    const { consoleAddresses, gatewayAddresses } = (await opened.json()) as Record<string, string[]>;
    const secure = consoleAddresses?.[0] ?? '';
    expect(secure).toBe(`https://${outside}:${new URL(running.url).port}`);
    expect(gatewayAddresses?.[0]).toStartWith(`${outside}:`);

    const ca = running.server.addresses.consoleCertificate(true) ?? '';
    const answer = await fetch(`${secure}/health`, { tls: { ca } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('strict-transport-security')).toBe('max-age=31536000');
    await expect(fetch(`${secure}/health`)).rejects.toThrow();
    const status = (await (await call('/api/v1/system/status')).json()) as { tls: string };
    expect(status.tls).toBe('own');

    const login = await fetch(`${secure}/api/v1/auth/login`, {
      method: 'POST',
      tls: { ca },
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'ada@example.org', password: ADAS_PASSWORD, cookie: true }),
    });
    expect(login.headers.get('set-cookie')).toMatch(/^__Host-muster_session=.*; Secure$/);
  },
);

test('an address that is not this machine’s is refused with the reason', async () => {
  for (const [address, reason] of [
    ['203.0.113.9', 'is no address of this machine'],
    ['not-an-address', 'is no IP address'],
  ]) {
    const answer = await call('/api/v1/system/listen', { method: 'POST', body: { address } });
    expect((await problemOf(answer)).detail).toContain(reason ?? '');
  }
});
