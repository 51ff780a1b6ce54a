import { afterAll, beforeAll, expect, test } from 'bun:test';
import { BUILT_IN_ROLES, type BuiltInRoleName, type DeviceId } from '@muster/contracts';
import type { RawRoute } from '../../platform/http/index.ts';
import { newId } from '../../platform/new-id.ts';
import { aCast, type Cast, type Tenant } from '../../testing/cast.ts';
import { reachOf } from './domain/permission-table.ts';

/** The other half of every-endpoint.db.test.ts: what the listener answers outside the contract, Connect included. */
const roles = Object.keys(BUILT_IN_ROLES) as BuiltInRoleName[];
type Sample = { readonly path: string; readonly body?: unknown };
type Told = { readonly status: number; readonly text: string };

let cast: Cast;
let ours: Tenant;
let theirs: Tenant;
let ourDevice: DeviceId;
let routes: readonly RawRoute[];
beforeAll(async () => {
  cast = await aCast();
  ours = await cast.aTenant('tenant-a');
  theirs = await cast.aTenant('tenant-b');
  ourDevice = await cast.aDevice(ours);
  routes = cast.running.server.rawRoutes;
});
afterAll(() => cast.stop());

const nameOf = ({ method, path }: RawRoute) => `${method} ${path}`;
const fixed = (path: string, body?: unknown) => (): Sample => ({ path, body });
const sentpulse = (method: string) => `/sentpulse.v1.${method}`;

/** How each route is asked for by whoever may. */
const SAMPLES: Readonly<Record<string, () => Sample>> = {
  'GET /health/live': fixed('/health/live'),
  'GET /health': fixed('/health'),
  'GET /metrics': fixed('/metrics'),
  'GET /api/v1/openapi.json': fixed('/api/v1/openapi.json'),
  'GET /api/docs': fixed('/api/docs'),
  'GET /api/docs/page.js': fixed('/api/docs/page.js'),
  'GET /api/docs/page.css': fixed('/api/docs/page.css'),
  'POST /api/v1/setup': fixed('/api/v1/setup', { token: 'setup_none' }),
  'GET /.well-known/jwks.json': fixed('/.well-known/jwks.json'),
  'GET /api/v1/auth/oidc/:provider/start': () => ({ path: `/api/v1/auth/oidc/${newId<string>()}/start` }),
  'GET /api/v1/auth/oidc/:provider/callback': () => ({
    path: `/api/v1/auth/oidc/${newId<string>()}/callback?code=x&state=y`,
  }),
  'GET /api/v1/audit/export': fixed('/api/v1/audit/export'),
  'GET /api/v1/live': fixed('/api/v1/live'),
  'GET /install.sh': fixed('/install.sh'),
  'GET /install.ps1': fixed('/install.ps1'),
  'GET /install/agent/:build': fixed('/install/agent/none'),
  'POST /enrol/v1': fixed('/enrol/v1', {}),
  'POST /sentpulse.v1.AgentService/CheckIn': () => ({
    path: sentpulse('AgentService/CheckIn'),
    body: { agentId: ourDevice },
  }),
  'POST /sentpulse.v1.DashboardService/ListDevices': fixed(sentpulse('DashboardService/ListDevices'), {}),
  'POST /sentpulse.v1.DashboardService/GetDevice': () => ({
    path: sentpulse('DashboardService/GetDevice'),
    body: { deviceId: ourDevice },
  }),
  'POST /sentpulse.v1.DashboardService/GetDeviceTelemetry': () => ({
    path: sentpulse('DashboardService/GetDeviceTelemetry'),
    body: { deviceId: ourDevice },
  }),
};

/** Routes that answer everybody with something other than success, and why. One unused fails. */
const NOT_A_SUCCESS: Readonly<Record<string, { status: number; because: string }>> = {
  'POST /api/v1/setup': { status: 404, because: 'somebody exists, so set-up is gone' },
  'GET /api/v1/auth/oidc/:provider/start': {
    status: 404,
    because: 'the sample is a provider that never was',
  },
  'GET /api/v1/auth/oidc/:provider/callback': {
    status: 404,
    because: 'the sample is a provider that never was',
  },
  'GET /api/v1/live': { status: 401, because: 'the sample has no ticket' },
  'GET /install/agent/:build': { status: 404, because: 'the sample is a build that never was' },
  'POST /enrol/v1': { status: 400, because: 'the sample is no enrolment request' },
};

async function drive(route: RawRoute, token: string | undefined): Promise<Told> {
  const make = SAMPLES[nameOf(route)];
  if (!make) throw new Error(`${nameOf(route)} has no sample request`);
  const { path, body } = make();
  const answer = await fetch(cast.running.url + path, {
    method: route.method,
    redirect: 'manual',
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, text: await answer.text() };
}

const isOpen = ({ access }: RawRoute) => 'open' in access && access.open === 'public';

test('SE-2: every raw route has a sample request, and no sample is left over', () => {
  expect(routes.map(nameOf).toSorted()).toEqual(Object.keys(SAMPLES).toSorted());
  expect(routes.length).toBeGreaterThan(15);
});

test('SE-2: every raw route that is open says why', () => {
  for (const route of routes) {
    if ('open' in route.access)
      expect([nameOf(route), route.access.reason.length > 20]).toEqual([nameOf(route), true]);
  }
});

test('SE-2, SE-3: nobody gets past a raw route that is not public, by no token, a made-up one and an ended one', async () => {
  const wrong: unknown[] = [];
  const used = new Set<string>();
  for (const route of routes) {
    for (const token of [undefined, 'mst_made-up', 'msk_000000000000_made-up', 'eyJhbGciOiJub25lIn0.e30.']) {
      const { status, text } = await drive(route, token);
      const expected = isOpen(route) ? (NOT_A_SUCCESS[nameOf(route)]?.status ?? 200) : 401;
      if (isOpen(route) && NOT_A_SUCCESS[nameOf(route)]) used.add(nameOf(route));
      if (status !== expected) wrong.push([nameOf(route), token, status, text.slice(0, 200)]);
      if (text.includes('tenant-a')) wrong.push([nameOf(route), 'told of tenant-a']);
    }
  }
  expect(wrong).toEqual([]);
  expect([...used].toSorted()).toEqual(Object.keys(NOT_A_SUCCESS).toSorted());
});

for (const role of roles) {
  for (const where of ['everywhere', 'organisation'] as const) {
    test(`SE-3, IN-9: ${BUILT_IN_ROLES[role].name} (${where}) may use the raw routes that the table says, and no other`, async () => {
      const userId = await cast.aPerson(
        `tenant-a ${role}`,
        role,
        where === 'everywhere' ? {} : { orgId: ours.orgId },
      );
      const token = await cast.signIn(userId);
      const wrong: unknown[] = [];
      for (const route of routes.filter((one) => !isOpen(one))) {
        const reach = reachOf(role, route.access);
        const isAllowed = reach === 'yes' || (reach === 'everywhere' && where === 'everywhere');
        const { status, text } = await drive(route, token);
        if (status !== (isAllowed ? 200 : 403))
          wrong.push([nameOf(route), isAllowed, status, text.slice(0, 200)]);
      }
      expect(wrong).toEqual([]);
    });
  }
}

test('SE-1, SE-2, IN-9: the administrator of another organisation reads nothing of ours by a raw route', async () => {
  const token = await cast.signIn(await cast.aPerson('tenant-b admin', 'admin', { orgId: theirs.orgId }));
  const wrong: unknown[] = [];
  for (const route of routes.filter((one) => !isOpen(one))) {
    const { status, text } = await drive(route, token);
    const aims = JSON.stringify(SAMPLES[nameOf(route)]?.()).includes(ourDevice);
    if (status !== (aims ? 404 : 200)) wrong.push([nameOf(route), status, text.slice(0, 200)]);
    if (text.includes('tenant-a') || text.includes(ours.orgId))
      wrong.push([nameOf(route), 'told of tenant-a']);
  }
  expect(wrong).toEqual([]);
});
