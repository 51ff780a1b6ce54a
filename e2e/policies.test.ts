import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Device, EffectiveField, Group, Policy } from '@muster/contracts';
import {
  ADMIN,
  compileAgent,
  createFleet,
  LocalAgent,
  muster,
  type RunningServer,
  startServer,
  until,
} from './src/index.ts';

/** A real agent comes under policies and leaves them, by what is done to it at a real server. */
setDefaultTimeout(240_000);

let folder: string;
let server: RunningServer;
let agent: LocalAgent;
let orgId = '';
const fleet = createFleet(() => server);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'muster-policies-'));
  const [binary, started] = await Promise.all([compileAgent(folder), startServer()]);
  server = started;
  agent = new LocalAgent(binary, join(folder, 'agent'));
  await agent.enrol(server.url, await fleet.newToken());
  agent.start();
  orgId = (await fleet.presence(agent.deviceId, 'online')).orgId;
});
afterAll(async () => {
  await agent?.end('SIGKILL');
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const setPolicy = (kind: string, id: string, fields: object) =>
  server.api<Policy>('PUT', `/policies/${kind}/${id}`, { fields }, { 'if-match': '*' });
const field = async (name: string) => {
  const { fields } = await server.api<{ fields: EffectiveField[] }>(
    'GET',
    `/devices/${agent.deviceId}/policy`,
  );
  return fields.find((one) => one.field === name);
};
const tag = async (tags: object) => {
  const { etag } = await server.api<Device>('GET', `/devices/${agent.deviceId}`);
  await server.api('PATCH', `/devices/${agent.deviceId}`, { tags }, { 'if-match': etag });
};
/** Does `act`, and waits until the agent says that it goes by this interval now. */
async function told(everyS: number, act: () => Promise<unknown>): Promise<void> {
  const before = agent.log.length;
  await act();
  const says = `checks in each ${everyS} s from now on`;
  await until(says, () => agent.log.slice(before).includes(says));
}
async function checkIns(): Promise<number> {
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  return Number(/^muster_gateway_frames_total\{kind="checkIn"\} (\d+)/m.exec(metrics)?.[1] ?? 0);
}

test('GT-3: a policy reaches a connected agent, through organisation, group and its own, and goes the same way', async () => {
  const kiosks = await server.api<Group>('POST', '/groups', { name: 'Kiosks', query: 'tag.role = kiosk' });
  await told(120, () => setPolicy('organisation', orgId, { checkInInterval: 120, offlineLimit: 300 }));
  await told(240, async () => {
    await setPolicy('group', kiosks.id, { checkInInterval: 240 });
    await tag({ role: 'kiosk' });
  });
  await told(90, () => setPolicy('device', agent.deviceId, { checkInInterval: 90 }));
  await told(240, () => setPolicy('device', agent.deviceId, {}));
  await told(120, () => tag({}));
  await told(60, () => setPolicy('organisation', orgId, {}));
  expect(await field('checkInInterval')).toMatchObject({ value: 60, origin: { kind: 'default' } });
});

test('GT-3, HB-3: the agent checks in by the interval that its policy gives it, also after it was started again', async () => {
  await told(30, () => setPolicy('organisation', orgId, { checkInInterval: 30, offlineLimit: 60 }));
  const before = await checkIns();
  // The rhythm itself is shown where time is a test's own, in check-ins.test.ts of the agent.
  await until('the agent goes on checking in', async () => (await checkIns()) >= before + 2, 180_000);

  await agent.end();
  await told(30, async () => agent.start());
});

test('GT-3, AG-6: the command line looks ahead, sets, explains and clears', async () => {
  const env = { MUSTER_CLI_CONFIG: join(folder, 'login.json') };
  const login = ['login', '--server', server.url, '--email', ADMIN.email, '--password-stdin'];
  expect((await muster(login, env, ADMIN.password)).code).toBe(0);
  const cli = (...words: string[]) => muster(words, env);
  const { siteName } = await fleet.device(agent.deviceId);

  const wanted = ['site', siteName, 'offlineLimit=900'];
  const ahead = await cli('policies', 'set', ...wanted, '--preview');
  expect(ahead.stderr).toContain('Something would change for 1 device.');
  expect((await field('offlineLimit'))?.value).toBe(60);
  expect((await cli('policies', 'set', ...wanted)).stdout).toContain('sets offlineLimit=900 now');

  const shown = await cli('devices', 'policy', agent.deviceId);
  expect(shown.stdout).toMatch(/offlineLimit +900 +seconds +site .* 60 \(organisation /);
  expect((await cli('policies', 'list')).stdout).toMatch(/site +.*offlineLimit=900/);
  expect((await cli('policies', 'fields')).stdout).toContain('inventoryInterval');

  expect((await cli('policies', 'clear', 'site', siteName)).stdout).toContain('sets nothing now');
  const wrong = await cli('policies', 'set', 'site', siteName, 'offlineLimit=soon');
  expect([wrong.code, wrong.stderr]).toEqual([
    2,
    expect.stringContaining('a whole number of seconds from 60'),
  ]);
});
