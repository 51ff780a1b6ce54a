import { afterAll, beforeAll, expect, test } from 'bun:test';
import { BUILT_IN_ROLES, type BuiltInRoleName, type UserId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import { type Answer, aCast, type Cast, type Tenant } from '../../testing/cast.ts';
import { type EndpointRow, listEndpoints, reachOf } from './domain/permission-table.ts';
import { REQUESTS } from './testing/requests.ts';

const endpoints = listEndpoints();
const roles = Object.keys(BUILT_IN_ROLES) as BuiltInRoleName[];

/** Endpoints that answer somebody who may use them with something other than success, and why. One unused fails. */
const NO_NAME = { status: 409, because: 'the test server has an address and no name, which passkeys need' };
const NO_NODE = { status: 401, because: 'the sample is a key that never was' };
const NOT_A_SUCCESS: Readonly<Record<string, { status: number; because: string }>> = {
  'auth.login': { status: 401, because: 'the sample is a wrong password' },
  'nodes.challenge': NO_NODE,
  'nodes.admit': NO_NODE,
  'factors.finish': { status: 401, because: 'the sample is a ticket that never was' },
  'factors.passkeyOptions': NO_NAME,
  'factors.passkeySignIn': { status: 401, because: 'the sample is a passkey that never was' },
  'factors.proveOptions': NO_NAME,
  'factors.confirmTotp': { status: 400, because: 'the sample is a wrong code' },
  'factors.passkeyRegistration': NO_NAME,
  'factors.addPasskey': NO_NAME,
  'devices.transfer': { status: 409, because: 'the sample gives a device to where it is' },
  'signInTokens.refresh': { status: 401, because: 'the sample is a token that never was' },
  'passwords.inspect': { status: 410, because: 'the sample is a link that never was' },
  'passwords.redeem': { status: 410, because: 'the sample is a link that never was' },
  'passwords.change': { status: 400, because: 'the people of this test have no password to say' },
  'access.explain': { status: 403, because: 'the sample asks about a device, which an auditor may not see' },
};
/** Endpoints that are only driven as those who are refused, and why. */
const NOT_DRIVEN_AS_ALLOWED: Readonly<Record<string, string>> = {
  'system.prepareAgentBuild': 'it would compile an agent',
  'system.publishGateways': 'it would change where agents dial',
  'system.listen': 'it would open a door',
};
/** Endpoints that another tenant reaches with an id of ours and is not told "not found". */
const NOT_HIDDEN: Readonly<Record<string, string>> = {
  'system.prepareAgentBuild': 'a platform belongs to nobody',
};

let cast: Cast;
let ours: Tenant;
let theirs: Tenant;
beforeAll(async () => {
  cast = await aCast();
  ours = await cast.aTenant('tenant-a');
  theirs = await cast.aTenant('tenant-b');
});
afterAll(() => cast.stop());

type Driven = { answer: Answer; aims: boolean };

type Prepared = { path: string; body: unknown; aims: boolean };

/** Makes what the request reaches for, and the request. */
async function prepare(endpoint: EndpointRow, userId: UserId): Promise<Prepared> {
  const make = REQUESTS[endpoint.name];
  if (!make) throw new Error(`${endpoint.name} has no sample request`);
  const { params = {}, query, body } = await make({ cast, tenant: ours, userId });
  const path = endpoint.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '');
  const said = JSON.stringify([query, body]);
  return {
    path: query ? `${path}?${query}` : path,
    body: endpoint.method === 'GET' ? undefined : (body ?? (endpoint.method === 'POST' ? {} : undefined)),
    aims: Object.keys(params).length > 0 || said.includes(ours.orgId) || /deviceId|siteId/.test(said),
  };
}

async function drive(endpoint: EndpointRow, token: string | undefined, userId: UserId): Promise<Driven> {
  const { path, body, aims } = await prepare(endpoint, userId);
  return { answer: await cast.call(token, endpoint.method, path, body), aims };
}

test('SE-2: every endpoint of the contract has a sample request, and no sample is left over', () => {
  expect(Object.keys(REQUESTS).sort()).toEqual(endpoints.map(({ name }) => name).sort());
  expect(endpoints.length).toBeGreaterThan(60);
});

test('SE-2, SE-3: nobody gets past any endpoint that is not public', async () => {
  const owner = await cast.aPerson('tenant-a owner', 'viewer', { orgId: ours.orgId });
  for (const endpoint of endpoints) {
    const { answer } = await drive(endpoint, undefined, owner);
    const isPublic = 'open' in endpoint.access && endpoint.access.open === 'public';
    expect([endpoint.name, answer.status]).toEqual([
      endpoint.name,
      isPublic ? (NOT_A_SUCCESS[endpoint.name]?.status ?? 200) : 401,
    ]);
  }
}, 120_000);

const used = new Set<string>();

for (const role of roles) {
  for (const where of ['everywhere', 'organisation'] as const) {
    test(`SE-3, SE-4: ${BUILT_IN_ROLES[role].name} (${where}) may do what the table says, and nothing else`, async () => {
      const place = where === 'everywhere' ? {} : { orgId: ours.orgId };
      const userId = await cast.aPerson(`tenant-a ${role}`, role, place);
      const wrong: unknown[] = [];
      for (const endpoint of endpoints) {
        // Signing in each time, because signing out is one of the endpoints.
        const reach = reachOf(role, endpoint.access);
        const isAllowed = reach === 'yes' || (reach === 'everywhere' && where === 'everywhere');
        if (isAllowed && NOT_DRIVEN_AS_ALLOWED[endpoint.name]) {
          used.add(endpoint.name);
          continue;
        }
        const { answer } = await drive(endpoint, await cast.signIn(userId), userId);
        const exception = NOT_A_SUCCESS[endpoint.name];
        const isGood = isAllowed
          ? answer.status < 300 || answer.status === exception?.status
          : answer.status === 403;
        if (isAllowed && answer.status === exception?.status) used.add(endpoint.name);
        if (!isGood) wrong.push([endpoint.name, isAllowed, answer.status, answer.text.slice(0, 300)]);
      }
      expect(wrong).toEqual([]);
    }, 120_000);
  }
}

test('no exception of this test is left over', () => {
  expect([...used].sort()).toEqual(
    [...new Set([...Object.keys(NOT_A_SUCCESS), ...Object.keys(NOT_DRIVEN_AS_ALLOWED)])].sort(),
  );
});

test('SE-1, SE-2: the administrator of another organisation finds nothing, changes nothing and reads nothing of ours', async () => {
  const stranger = await cast.aPerson('tenant-b admin', 'admin', { orgId: theirs.orgId });
  const owner = await cast.aPerson('tenant-a owner', 'viewer', { orgId: ours.orgId });
  const wrong: unknown[] = [];
  const notHidden = new Set<string>();
  for (const endpoint of endpoints) {
    if (NOT_HIDDEN[endpoint.name]) {
      notHidden.add(endpoint.name);
      continue;
    }
    const token = await cast.signIn(stranger);
    const { answer, aims } = await driveAndCompare(endpoint, token, owner, wrong);
    const reach = reachOf('admin', endpoint.access);
    const expected = reach === 'everywhere' ? [403] : aims ? [404] : undefined;
    if (expected && !expected.includes(answer.status))
      wrong.push([endpoint.name, answer.status, answer.text]);
    if (answer.text.includes('tenant-a')) wrong.push([endpoint.name, 'told of tenant-a', answer.text]);
  }
  expect(wrong).toEqual([]);
  expect([...notHidden].sort()).toEqual(Object.keys(NOT_HIDDEN).sort());
}, 120_000);

/** Everything of ours must stand after the request as it stood before, what the request reached for included. */
async function driveAndCompare(
  endpoint: EndpointRow,
  token: string,
  owner: UserId,
  wrong: unknown[],
): Promise<Driven> {
  const { path, body, aims } = await prepare(endpoint, owner);
  const before = await snapshot();
  const answer = await cast.call(token, endpoint.method, path, body);
  const after = await snapshot();
  for (const [id, row] of new Map([...before, ...after])) {
    if (after.get(id) !== before.get(id)) wrong.push([endpoint.name, 'changed', id, row]);
  }
  return { answer, aims };
}

async function snapshot(): Promise<Map<string, string>> {
  const { rows } = await cast.database.system('test', (tx) =>
    tx.execute<{ id: string; row: string }>(sql`
      select 'o' || id as id, o::text as row from organisations o where id = ${ours.orgId}
      union all select 's' || id, s::text from sites s where org_id = ${ours.orgId}
      union all select 'd' || id, d::text from devices d where org_id = ${ours.orgId}
      union all select 'c' || id, c::text from commands c where org_id = ${ours.orgId}
      union all select 't' || id, t::text from enrolment_tokens t where org_id = ${ours.orgId}
      union all select 'g' || id, g::text from groups g where org_id = ${ours.orgId}
      union all select 'm' || group_id || device_id, m::text from group_devices m where org_id = ${ours.orgId}
      union all select 'r' || id, r::text from grants r where org_id = ${ours.orgId}
      union all select 'u' || u.id, u::text from users u where name like 'tenant-a%'
      union all select 'k' || k.id, k::text from api_keys k where name = 'tenant-a'`),
  );
  return new Map(rows.map(({ id, row }) => [id, row]));
}
