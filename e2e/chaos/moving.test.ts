import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeviceRow } from '@muster/contracts';
import {
  compileAgent,
  createFleet,
  freePort,
  LocalAgent,
  type RunningServer,
  startServer,
} from '../src/index.ts';

/** The server moves to another address. Its agents follow: one that stays up, and one that is off during the move. */
setDefaultTimeout(240_000);

let folder: string;
let server: RunningServer;
let present: LocalAgent;
let absent: LocalAgent;
let dataFolder: string;
const fleet = createFleet(() => server);
const idsOf = async () =>
  (await server.api<{ items: DeviceRow[] }>('GET', '/devices')).items.map(({ id }): string => id).sort();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'muster-moving-'));
  dataFolder = join(folder, 'data');
  const [binary, started] = await Promise.all([compileAgent(folder), startServer({ dataFolder })]);
  server = started;
  present = new LocalAgent(binary, join(folder, 'present'));
  absent = new LocalAgent(binary, join(folder, 'absent'));
  for (const agent of [present, absent]) {
    await agent.enrol(server.url, await fleet.newToken());
    agent.start();
  }
  for (const agent of [present, absent]) await fleet.presence(agent.deviceId, 'online');
});

afterAll(async () => {
  for (const agent of [present, absent]) await agent?.end('SIGKILL');
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('EN-11: published, connected agents know the new address at once; the server moves, and they follow under the same identity', async () => {
  const before = await idsOf();
  const gatewayPort = await freePort();
  const addresses = [`127.0.0.1:${server.gatewayPort}`, `127.0.0.1:${gatewayPort}`];

  await server.api('POST', '/system/gateways', { addresses });
  await absent.end();
  await server.stop();
  server = await startServer({ dataFolder, gatewayPort });
  absent.start();
  for (const agent of [present, absent]) await fleet.presence(agent.deviceId, 'online', 90_000);

  expect(await idsOf()).toEqual(before);
  const { id } = await fleet.run(present.deviceId, 'process.list', {});
  expect((await fleet.ended(id)).state).toBe('succeeded');
});
