import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  compileAgent,
  createFleet,
  LocalAgent,
  type RunningServer,
  startServer,
  until,
} from '../src/index.ts';

/** An agent as people get it changes its key at a real server, and is killed while it does. */
setDefaultTimeout(240_000);

let folder: string;
let server: RunningServer;
let agent: LocalAgent;
let copy: LocalAgent;
const fleet = createFleet(() => server);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'muster-rotation-'));
  const [binary, started] = await Promise.all([compileAgent(folder), startServer()]);
  server = started;
  agent = new LocalAgent(binary, join(folder, 'agent'));
  copy = new LocalAgent(binary, join(folder, 'copy'));
  await agent.enrol(server.url, await fleet.newToken());
  agent.start();
  await fleet.presence(agent.deviceId, 'online');
});
afterAll(async () => {
  for (const one of [agent, copy]) await one?.end('SIGKILL');
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const file = (name: string) => join(agent.state, name);
const key = () => readFileSync(file('device.key'), 'utf8');
const isOver = () => !existsSync(file('rotate-key.wanted')) && !existsSync(file('device.key.next'));
async function isServed(): Promise<void> {
  const { id } = await fleet.run(agent.deviceId, 'process.list', {});
  expect((await fleet.ended(id)).state).toBe('succeeded');
}

test('EN-2: an agent takes a new key while it is connected; what copied its disk before is noticed by the old one', async () => {
  await agent.end();
  await fleet.presence(agent.deviceId, 'offline');
  cpSync(agent.state, copy.state, { recursive: true });
  const before = key();
  agent.start();
  await fleet.presence(agent.deviceId, 'online');

  const rotated = await agent.command(['rotate-key']);
  await isServed();
  copy.start();
  const own = await until('the copy has an identity of its own', async () => {
    const { deviceId } = await copy.identity();
    return deviceId !== agent.deviceId && deviceId;
  });

  expect([rotated.stderr, rotated.code]).toEqual(['', 0]);
  expect(key()).not.toBe(before);
  expect(copy.log).toContain('This key was replaced by the device that it belongs to');
  expect((await fleet.device(own)).lifecycle).toBe('pending');
  expect((await fleet.device(agent.deviceId)).lifecycle).toBe('active');
  await isServed();
});

test('EN-2: killed at any moment of the change, it comes back as the same device, with a key that the server knows', async () => {
  const keys = new Set([key()]);
  for (const delayMs of [0, 3, 6, 10, 15, 25]) {
    await agent.end();
    await Bun.write(file('rotate-key.wanted'), '');
    agent.start();
    await until('a new key is made', () => existsSync(file('device.key.next')) || isOver());
    await Bun.sleep(delayMs);
    await agent.end('SIGKILL');
    agent.start();
    await until('the change is whole', isOver);
    await isServed();
    keys.add(key());
  }

  expect(keys.size).toBeGreaterThanOrEqual(7);
  expect((await fleet.device(agent.deviceId)).lifecycle).toBe('active');
});
