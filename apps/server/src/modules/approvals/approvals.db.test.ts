import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test';
import type { DeviceId, UserId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import { aCast, type Cast, type Tenant } from '../../testing/cast.ts';
import { until } from '../../testing/ledger-fixture.ts';

type Approval = { id: string; state: string; decidable: boolean; request: { input: unknown } };
type Problem = { code: string; params: { approvalId: string } };

let cast: Cast;
let tenant: Tenant;
let device: DeviceId;
let graceId: UserId;
let grace: string;
let linus: string;

const kill = { payload: { pid: 42, startToken: '1', bootId: 'b' }, reason: 'it hangs' };
const ada = (method: string, path: string, body?: unknown) =>
  cast.call(cast.running.token, method, path, body);
const setPolicies = (value: unknown) => ada('PATCH', '/settings/approvals.policies', { value });

beforeAll(async () => {
  cast = await aCast();
});
afterAll(() => cast.stop());
beforeEach(async () => {
  tenant = await cast.aTenant(`acme ${crypto.randomUUID()}`);
  device = await cast.aDevice(tenant);
  graceId = await cast.aPerson('Grace', 'admin', { orgId: tenant.orgId });
  grace = await cast.signIn(graceId);
  linus = await cast.signIn(await cast.aPerson('Linus', 'admin', { orgId: tenant.orgId }));
  expect((await setPolicies([{ permission: 'processes:kill', moreThanDevices: 0 }])).status).toBe(200);
});

const end = (token: string, body: object = kill, on: DeviceId = device) =>
  cast.call(token, 'POST', `/devices/${on}/commands/process.kill`, body);
/** Asks, and returns what waits now. */
async function asked(token: string, body: object = kill, on: DeviceId = device): Promise<string> {
  const answer = await end(token, body, on);
  expect([answer.status, (answer.body as Problem).code]).toEqual([403, 'approval_required']);
  return (answer.body as Problem).params.approvalId;
}
const decide = (token: string, id: string, verb = 'approve') =>
  cast.call(token, 'POST', `/approvals/${id}/${verb}`, { reason: 'seen' });
const commandsOn = async (on: DeviceId = device) => {
  const { rows } = await cast.database.system('test', (tx) =>
    tx.execute(sql`select from commands where device_id = ${on}`),
  );
  return rows.length;
};

test('RA-10: nothing is done before a second person has agreed; then it is done once, and all of it is in the log', async () => {
  const id = await asked(grace);
  expect(await asked(grace)).toBe(id);
  expect(await commandsOn()).toBe(0);
  expect((await decide(linus, id)).body).toMatchObject({ state: 'approved' });
  expect((await end(grace)).status).toBe(202);
  expect(await commandsOn()).toBe(1);
  expect(await asked(grace)).not.toBe(id);
  expect(await commandsOn()).toBe(1);
  const actions = async () => {
    const { items } = (await ada('GET', '/audit?log=system&limit=100')).body as {
      items: { content: { action: string; target: { id: string } } | null }[];
    };
    return items.filter(({ content }) => content?.target.id === id).map(({ content }) => content?.action);
  };
  await until(async () => (await actions()).length === 3);
  expect((await actions()).sort()).toEqual(['approval.approved', 'approval.requested', 'approval.used']);
});

test('an approval is for exactly that request: another pid, reason or device waits for itself', async () => {
  const id = await asked(grace);
  await decide(linus, id);
  expect(await asked(grace, { ...kill, payload: { ...kill.payload, pid: 43 } })).not.toBe(id);
  expect(await asked(grace, { ...kill, reason: 'another' })).not.toBe(id);
  expect(await asked(grace, kill, await cast.aDevice(tenant))).not.toBe(id);
  expect(await asked(linus)).not.toBe(id);
  expect((await end(grace)).status).toBe(202);
});

test('nobody approves what they asked for, with a session or with a key', async () => {
  const made = await cast.call(grace, 'POST', '/api-keys', { name: 'second self' });
  const { secret } = made.body as { secret: string };
  const byKey = await asked(secret);
  expect((await decide(grace, byKey)).status).toBe(403);
  expect((await decide(secret, byKey)).status).toBe(403);
  expect((await decide(linus, byKey)).status).toBe(200);
  expect((await end(secret)).status).toBe(202);
});

test('only who could do it themselves decides; for others the request is not there', async () => {
  const id = await asked(grace);
  const stranger = await cast.signIn(
    await cast.aPerson('Mallory', 'admin', { orgId: (await cast.aTenant(`x ${crypto.randomUUID()}`)).orgId }),
  );
  const viewer = await cast.signIn(await cast.aPerson('Vera', 'viewer', { orgId: tenant.orgId }));
  expect((await decide(stranger, id)).status).toBe(404);
  expect((await decide(viewer, id)).status).toBe(403);
  expect((await cast.call(viewer, 'GET', `/approvals/${id}`)).status).toBe(404);
  const { items } = (await cast.call(stranger, 'GET', '/approvals')).body as { items: Approval[] };
  expect(items).toEqual([]);
});

test('whoever lost the right meanwhile does nothing with an approval', async () => {
  const id = await asked(grace);
  await decide(linus, id);
  await cast.database.system('test', (tx) => tx.execute(sql`delete from grants where user_id = ${graceId}`));
  expect((await end(grace)).status).toBe(403);
  expect(await commandsOn()).toBe(0);
});

test('denied, withdrawn and expired requests open nothing, and no end becomes another', async () => {
  const denied = await asked(grace);
  expect((await decide(linus, denied, 'deny')).body).toMatchObject({ state: 'denied' });
  expect((await decide(linus, denied)).status).toBe(409);
  const withdrawn = await asked(grace);
  expect(withdrawn).not.toBe(denied);
  expect((await cast.call(linus, 'POST', `/approvals/${withdrawn}/withdraw`)).status).toBe(403);
  expect((await cast.call(grace, 'POST', `/approvals/${withdrawn}/withdraw`)).body).toMatchObject({
    state: 'withdrawn',
  });
  const late = await asked(grace);
  await decide(linus, late);
  await cast.database.system('test', (tx) =>
    tx.execute(sql`update approvals set expires_at = now() - interval '1 second' where id = ${late}`),
  );
  expect(await asked(grace)).not.toBe(late);
  expect(await commandsOn()).toBe(0);
  const { items } = (await cast.call(grace, 'GET', '/approvals?limit=10')).body as { items: Approval[] };
  expect(items.map(({ state }) => state)).toEqual(['pending', 'expired', 'withdrawn', 'denied']);
});

test('an approved request sent twice at one moment is done once', async () => {
  await decide(linus, await asked(grace));
  const both = await Promise.all([end(grace), end(grace)]);
  expect(both.map(({ status }) => status).sort()).toEqual([202, 403]);
  expect(await commandsOn()).toBe(1);
});

test('a policy from so many devices on counts the devices that a request names', async () => {
  await setPolicies([{ permission: 'groups:manage', moreThanDevices: 1 }]);
  const group = (await cast.call(grace, 'POST', '/groups', { name: 'G', orgId: tenant.orgId })).body as {
    id: string;
  };
  const put = (deviceIds: DeviceId[]) =>
    cast.call(grace, 'POST', `/groups/${group.id}/devices`, { deviceIds });
  expect((await put([device])).status).toBe(200);
  expect((await put([device, await cast.aDevice(tenant)])).status).toBe(403);
});

test('SE-9: a secret in a request counts, and is shown to nobody', async () => {
  await setPolicies([{ permission: 'users:manage', moreThanDevices: 0 }]);
  const body = { email: 'x@example.org', name: 'X', grants: [], password: 'do not show this' };
  const answer = await cast.call(grace, 'POST', '/users', body);
  const { approvalId } = (answer.body as Problem).params;
  const shown = await cast.call(grace, 'GET', `/approvals/${approvalId}`);
  expect(shown.status).toBe(200);
  expect(shown.text).not.toContain('do not show this');
});

test('the settings cannot be made to wait: a policy could never be taken back', async () => {
  expect((await setPolicies([{ permission: 'system:manage' }])).status).toBe(400);
  expect((await setPolicies([])).status).toBe(200);
  expect((await end(grace)).status).toBe(202);
});
