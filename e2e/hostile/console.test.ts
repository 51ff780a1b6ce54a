import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '@muster/lab';
import { ADMIN, openDatabase, type RunningServer, rawRequest, startServer, until } from '../src/index.ts';

/** The console's listener from outside: whoever has no session gets nothing, whatever way the path is written. */
setDefaultTimeout(240_000);
const promtool = findProgram('promtool');
if (!promtool) console.log('SKIPPED: promtool is not installed, so nobody else reads the metrics');

const PLANTED = 'planted-secret-description';
const UPGRADE = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
];
let server: RunningServer;
const secrets = new Map<string, string>();

beforeAll(async () => {
  server = await startServer({ localAgent: true, flags: ['--log-level', 'debug'] });
  const { secret } = await server.api<{ secret: string }>('POST', '/enrolment-tokens', {
    description: PLANTED,
  });
  secrets.set('session', server.token);
  secrets.set('password', ADMIN.password);
  secrets.set('enrolment token', secret);
});
afterAll(() => server?.stop());

const say = (line: string, headers: string[] = [], body?: string) =>
  rawRequest(server.port, [line, `Host: localhost:${server.port}`, ...headers], body);
const get = (path: string) => say(`GET ${path} HTTP/1.1`);

describe('without a session', () => {
  test('OP-6: every route of the published contract answers 401, also to a token that is none', async () => {
    const document = (await (await fetch(`${server.url}/api/v1/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { security: object[] }>>;
    };
    const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, { security }]) => security.length > 0)
        .map(([method]) => [method.toUpperCase(), path.replaceAll(/\{\w+\}/g, crypto.randomUUID())] as const),
    );
    const answers = await Promise.all(
      routes.flatMap(([method, path]) =>
        [{}, { authorization: `Bearer ${'x'.repeat(43)}` }, { cookie: 'muster_session=x' }].map(
          async (headers) => {
            const response = await fetch(`${server.url}/api/v1${path}`, {
              method,
              headers: { ...headers, origin: server.url, 'content-type': 'application/json' },
              ...(method === 'GET' ? {} : { body: '{}' }),
            });
            return { method, path, status: response.status };
          },
        ),
      ),
    );

    expect(routes.length).toBeGreaterThan(25);
    expect(answers.filter(({ status }) => status !== 401)).toEqual([]);
  });

  test('OP-6: sentpulse.v1 answers nobody', async () => {
    for (const method of [
      'AgentService/CheckIn',
      'DashboardService/ListDevices',
      'DashboardService/GetDevice',
      'DashboardService/GetDeviceTelemetry',
    ]) {
      const response = await fetch(`${server.url}/sentpulse.v1.${method}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      });
      expect([method, response.status]).toEqual([method, 401]);
    }
  });

  const disguises = (path: string) => {
    const tail = path.replace('/api/v1/', '');
    return [
      `//api/v1/${tail}`,
      `/api//v1/${tail}`,
      `/api/v1//${tail}`,
      `/x/..;/api/v1/${tail}`,
      `/..;/api/v1/${tail}`,
      `/x/../api/v1/${tail}`,
      `/assets/..%2fapi/v1/${tail}`,
      `/assets/%2e%2e/api/v1/${tail}`,
      `/health/live/../../api/v1/${tail}`,
      `/health/live/..;/..;/api/v1/${tail}`,
      `/api/v1/auth/login/../../${tail}`,
      `/api/v1/auth/login/..%2f..%2f${tail}`,
      `/./api/v1/${tail}`,
      `/api/v1/./${tail}`,
      `/API/V1/${tail.toUpperCase()}`,
      `/Api/v1/${tail}`,
      `/api/v1/${tail}/`,
      `/api/v1/${tail}//`,
      `/api/v1/${tail}.`,
      `/api/v1/${tail}..;`,
      `/api/v1/${tail};jsessionid=1`,
      `/api/v1/${tail}%00`,
      `/api/v1/${tail}%20`,
      `/api/v1/${tail}%2f`,
      `/api/v1/${tail}%3f`,
      `/api/v1/${tail}.json`,
      `/api/v1/%${tail.charCodeAt(0).toString(16)}${tail.slice(1)}`,
      `/api%2fv1%2f${tail}`,
      `/%61pi/v1/${tail}`,
      `/api/v1\\${tail}`,
      `\\api\\v1\\${tail}`,
      `http://localhost/api/v1/${tail}`,
      `/api/v1/${tail}?x=/api/v1/auth/login`,
      `/api/v1/${tail}#/api/v1/auth/login`,
    ];
  };

  test('OP-6: no way of writing a path reaches what is protected', async () => {
    for (const path of disguises('/api/v1/enrolment-tokens')) {
      const { status, text } = await get(path);
      expect({ path, reached: text.includes(PLANTED) }).toEqual({ path, reached: false });
      // The console's page stands for every path that could be one of its own; it holds nothing.
      const isPage = /content-type: text\/(html|plain)/i.test(text);
      expect({ path, fine: [400, 401, 404, 405].includes(status) || isPage }).toEqual({ path, fine: true });
    }
  });

  test('OP-6: set-up is gone, however its path is written, and looks like what never was', async () => {
    const intruder = { email: 'intruder@example.test', password: 'a very long password', name: 'Eve' };
    const body = JSON.stringify({ ...intruder, token: 'setup' });
    for (const path of ['/api/v1/setup', ...disguises('/api/v1/setup')]) {
      const { status } = await say(`POST ${path} HTTP/1.1`, ['Content-Type: application/json'], body);
      expect({ path, refused: [400, 401, 404, 405].includes(status) }).toEqual({ path, refused: true });
    }
    const ask = (path: string) => fetch(`${server.url}${path}`, { method: 'POST', body });
    const [gone, never] = await Promise.all([ask('/api/v1/setup'), ask('/api/v1/never-was')]);
    const shape = (problem: Record<string, unknown>) => ({ ...problem, trace_id: '', detail: '' });

    expect([gone.status, never.status]).toEqual([404, 404]);
    expect(shape((await gone.json()) as Record<string, unknown>)).toEqual(
      shape((await never.json()) as Record<string, unknown>),
    );
    await using database = openDatabase(server.dataFolder);
    expect((await database`select count(*)::int as n from users`)[0].n).toBe(1);
  });

  test('OP-6: no path leads to files beside the console', async () => {
    const key = readFileSync(join(server.dataFolder, 'root.key'), 'utf8').trim();
    for (const file of ['etc/passwd', `${server.dataFolder.slice(1)}/root.key`]) {
      for (const up of ['../', '..%2f', '%2e%2e/', '%2e%2e%2f', '..%5c', '..%c0%af', '....//', '..;/']) {
        for (const base of ['/', '/assets/', '/install/agent/']) {
          const { text } = await get(base + up.repeat(12) + file);
          expect(text.includes('root:x:') || text.includes(key)).toBe(false);
        }
      }
    }
  });
});

describe('the live socket', () => {
  const upgrade = (protocols: string, headers: string[] = []) =>
    say('GET /api/v1/live HTTP/1.1', [...UPGRADE, `Sec-WebSocket-Protocol: ${protocols}`, ...headers]);
  const ticket = async () => (await server.api<{ ticket: string }>('POST', '/live/ticket')).ticket;

  test('UI-10: it opens once for a ticket, for pages of this origin, and for nobody else', async () => {
    const [first, second] = [await ticket(), await ticket()];
    secrets.set('ticket', first);
    const ours = `Origin: ${server.url}`;

    expect((await upgrade('muster.live.v1')).status).toBe(401);
    expect((await upgrade('muster.live.v1, ticket.made-up', [ours])).status).toBe(401);
    expect((await upgrade(`muster.live.v1, ticket.${server.token}`, [ours])).status).toBe(401);
    expect((await upgrade(`muster.live.v1, ticket.${first}`, ['Origin: https://evil.test'])).status).toBe(
      403,
    );
    expect((await upgrade(`muster.live.v1, ticket.${first}`, ['Origin: null'])).status).toBe(403);
    expect((await upgrade(`muster.live.v1, ticket.${first}`, [ours])).status).toBe(101);
    expect((await upgrade(`muster.live.v1, ticket.${first}`, [ours])).status).toBe(401);
    expect((await upgrade(`ticket.${second}`, [ours])).status).toBe(401);
  });

  test('UI-10: a ticket is worth nothing once its session has ended', async () => {
    const login = await fetch(`${server.url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: ADMIN.email, password: ADMIN.password }),
    });
    const { token } = (await login.json()) as { token: string };
    secrets.set('second session', token);
    const headers = { authorization: `Bearer ${token}` };
    const issued = await fetch(`${server.url}/api/v1/live/ticket`, { method: 'POST', headers });
    const { ticket: held } = (await issued.json()) as { ticket: string };
    await fetch(`${server.url}/api/v1/auth/logout`, { method: 'POST', headers });

    expect((await upgrade(`muster.live.v1, ticket.${held}`)).status).toBe(401);
    expect((await fetch(`${server.url}/api/v1/auth/me`, { headers })).status).toBe(401);
  });
});

describe('what operators ask for', () => {
  test('OP-1: it lives, and it is ready only with all of its parts', async () => {
    const live = await fetch(`${server.url}/health/live`);
    const ready = await fetch(`${server.url}/health`);

    expect(live.status).toBe(200);
    expect(ready.status).toBe(200);
    expect(((await ready.json()) as { parts: object }).parts).toMatchObject({
      database: 'ready',
      gateway: 'ready',
    });
  });

  test.skipIf(!promtool)('OP-2: Prometheus accepts the metrics', async () => {
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    const check = Bun.spawn([promtool ?? '', 'check', 'metrics'], {
      stdin: new Blob([metrics]),
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const said = (await check.stdout.text()) + (await check.stderr.text());

    expect(said).toBe('');
    expect(await check.exited).toBe(0);
    expect(metrics).toContain('muster_');
  });

  test('OP-2: metrics are for this machine or for somebody with a session', async () => {
    const { port } = server;
    const ask = (headers: string[]) => rawRequest(port, ['GET /metrics HTTP/1.1', ...headers]);
    const here = `Host: localhost:${port}`;

    expect((await ask([here])).status).toBe(200);
    expect((await ask([here, 'X-Forwarded-For: 203.0.113.9'])).status).toBe(401);
    expect((await ask([`Host: rebound.example:${port}`])).status).toBe(401);
    expect(
      (await ask([`Host: rebound.example:${port}`, `Authorization: Bearer ${server.token}`])).status,
    ).toBe(200);
  });
});

test('OP-6: no secret of the run was ever written to the log or stands in an argument list', async () => {
  const agent = join(server.dataFolder, 'agent');
  const identity = await until('this machine has its agent', () =>
    Bun.file(join(agent, 'identity.json'))
      .json()
      .catch(() => undefined),
  );
  const mistyped = 'typed-into-the-wrong-field';
  secrets.set('mistyped password', mistyped);
  await fetch(`${server.url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"email": "${mistyped}", "password": "${mistyped}" `,
  });
  await fetch(`${server.url}/api/v1/auth/login?password=${mistyped}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: mistyped, password: mistyped }),
  });
  await fetch(`${server.url}/api/v1/devices?token=${server.token}`);
  const read = (file: string) => readFileSync(join(server.dataFolder, file), 'utf8').trim();
  secrets.set('device token', identity.deviceToken);
  secrets.set('root key', read('root.key'));
  secrets.set('database password', read('postgres/password'));
  secrets.set('device key', read('agent/device.key').split('\n')[1] ?? '');

  const output = server.output();
  const commandLines = await Bun.spawn(['ps', '-eo', 'args'], { stdout: 'pipe' }).stdout.text();

  expect(output.length).toBeGreaterThan(1_000);
  for (const [name, secret] of secrets) {
    expect({ name, length: secret.length > 10 }).toEqual({ name, length: true });
    expect({ name, inLog: output.includes(secret) }).toEqual({ name, inLog: false });
    expect({ name, inArguments: commandLines.includes(secret) }).toEqual({ name, inArguments: false });
  }
});
