import { afterAll, beforeAll, expect, test } from 'bun:test';
import { createApiHandler } from '../../platform/http/api-handler.ts';
import type { Person } from '../../platform/http/index.ts';
import type { Registration } from './index.ts';
import { aFixture, type Fixture, type Tenant } from './testing/device-fixture.ts';

let fixture: Fixture;
let tenant: Tenant;
let device: Registration;
let api: ReturnType<typeof createApiHandler>;

beforeAll(async () => {
  fixture = await aFixture();
  tenant = await fixture.aTenant();
  device = await fixture.aDevice(tenant, { tags: { role: 'server' } });
  // The contract gives each route its path; this module's part of it is enough.
  api = createApiHandler({ devices: fixture.devices.routes });
});
afterAll(() => fixture.close());

/** The parts of answers that tests reach into. */
type Answer = {
  readonly etag: string;
  readonly items: readonly unknown[];
  readonly fields: readonly { name: string; values: readonly string[]; operators: readonly string[] }[];
  readonly values: readonly { value: string; count: number }[];
  readonly params: { readonly errors: readonly { readonly span: unknown }[] };
};

async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const request = new Request(`http://localhost/api/v1${path}`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const response = await api(request, {
    actor: tenant.person as Person,
    traceId: 'trace',
    address: '127.0.0.1',
    headers: request.headers,
    secure: false,
    responseHeaders: new Headers(),
  });
  return { status: response?.status, headers: response?.headers, json: (await response?.json()) as Answer };
}

test('UI-1: devices are listed, counted and read over HTTP', async () => {
  const list = await ask('GET', '/devices?query=tag.role%20%3D%20server&sort=-cpu&limit=10');
  const summary = await ask('GET', '/devices/summary');
  const one = await ask('GET', `/devices/${device.deviceId}`);

  expect(list).toMatchObject({ status: 200, json: { next: null, count: { value: 1, exact: true } } });
  expect(list.json.items[0]).toMatchObject({ id: device.deviceId, presence: 'unknown' });
  expect(summary.json).toMatchObject({ total: 1, presence: { unknown: 1, online: 0 }, os: { linux: 1 } });
  expect(one.json).toMatchObject({
    hostname: 'db-03',
    policyLevel: 'control',
    etag: one.headers?.get('etag'),
  });
});

test('the console learns fields with their operators, and values from the fleet', async () => {
  const fields = await ask('GET', '/devices/query-fields');
  const values = await ask('GET', '/devices/query-values?field=tag.role&prefix=s');

  const status = fields.json.fields.find((field) => field.name === 'status');
  expect(status).toMatchObject({ kind: 'enum', sortable: true });
  expect(status?.values).toEqual(['unknown', 'online', 'unresponsive', 'offline']);
  expect(status?.operators).toContain('in');
  expect(values.json.values).toEqual([{ value: 'server', count: 1 }]);
});

test('GT-6: a change needs the etag last read, and an old one is refused', async () => {
  const { json: before } = await ask('GET', `/devices/${device.deviceId}`);
  const path = `/devices/${device.deviceId}`;

  const blind = await ask('PATCH', path, { displayName: 'x' });
  const first = await ask('PATCH', path, { tags: { role: 'db' } }, { 'if-match': before.etag });
  const second = await ask('PATCH', path, { tags: { role: 'web' } }, { 'if-match': before.etag });

  expect(blind).toMatchObject({ status: 428, json: { code: 'precondition_required' } });
  expect(first).toMatchObject({ status: 200, json: { tags: { role: 'db' } } });
  expect(first.headers?.get('etag')).toBe(first.json.etag);
  expect(second).toMatchObject({ status: 412, json: { code: 'precondition_failed' } });
});

test('a query that cannot be read is answered with the place of each problem', async () => {
  const answer = await ask('GET', '/devices?query=cpu%20%3E%20lots');

  expect(answer).toMatchObject({ status: 400, json: { code: 'invalid_input', params: { field: 'query' } } });
  expect(answer.json.params.errors[0]?.span).toEqual({ start: expect.any(Number), end: expect.any(Number) });
});

test('the lifecycle is changed over HTTP and says why it could not be', async () => {
  const other = await fixture.aDevice(tenant, { needsApproval: true });
  const say = (verb: string) => ask('POST', `/devices/${other.deviceId}/${verb}`, {});

  expect(await say('approve')).toMatchObject({ status: 200, json: { lifecycle: 'active' } });
  expect(await say('approve')).toMatchObject({ status: 409, json: { code: 'conflict' } });
  expect(await say('suspend')).toMatchObject({ status: 200, json: { lifecycle: 'suspended' } });
  expect(await say('resume')).toMatchObject({ status: 200, json: { lifecycle: 'active' } });
  expect(await say('revoke')).toMatchObject({ status: 200, json: { lifecycle: 'revoked' } });
  expect(await say('retire')).toMatchObject({ status: 200, json: { lifecycle: 'retired' } });
});
