import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test';
import { createPublicKey, X509Certificate } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AgentProcess, until } from '../testing/agent-process.ts';
import { TestGateway } from '../testing/test-gateway.ts';

/** Each of these starts processes, and the machine may have other things to do. */
setDefaultTimeout(240_000);

let gateway: TestGateway;
let agent: AgentProcess;

beforeEach(async () => {
  gateway = await new TestGateway(26720, 26721).start();
  gateway.settings = { ...gateway.settings, sampleIntervalMs: 1_000 };
  agent = new AgentProcess(gateway);
  await agent.enrol();
  agent.start();
  await until('the agent connects', () => gateway.connected === 1);
});
afterEach(async () => {
  await agent.dispose();
  await gateway.stop();
});

const path = (name: string) => join(agent.folder, name);
const keyOnDisk = () =>
  createPublicKey(readFileSync(path('device.key'))).export({ format: 'der', type: 'spki' });
const hasKeyOf = (server: Uint8Array) => Buffer.compare(keyOnDisk(), server) === 0;
const isSettled = () =>
  !existsSync(path('device.key.next')) &&
  !existsSync(path('rotate-key.wanted')) &&
  hasKeyOf(gateway.devicePublicKey);
async function want(): Promise<void> {
  await Bun.write(path('rotate-key.wanted'), '');
}
async function killAndStart(): Promise<void> {
  const hellos = gateway.hellos.length;
  await agent.end('SIGKILL');
  agent.start();
  await until('it is welcome again', () => gateway.hellos.length > hellos && gateway.connected === 1);
}

test('EN-2: asked for a new key, the agent takes one, has it certified and proves itself with it', async () => {
  const before = Buffer.from(gateway.devicePublicKey);

  const asked = await agent.command(['rotate-key']);
  await killAndStart();

  expect(asked.code, asked.stderr).toBe(0);
  expect(isSettled()).toBe(true);
  expect(hasKeyOf(before)).toBe(false);
  const { deviceCertificate } = JSON.parse(readFileSync(path('identity.json'), 'utf8'));
  const certified = new X509Certificate(deviceCertificate).publicKey.export({ format: 'der', type: 'spki' });
  expect(Buffer.compare(certified, keyOnDisk())).toBe(0);
  expect(gateway.offeredKeys).toHaveLength(1);
});

test('EN-2: killed before the server heard of its new key, the agent comes back by the old one and offers it again', async () => {
  const before = Buffer.from(gateway.devicePublicKey);
  gateway.rotation = 'unheard';
  await want();
  await until('a key is offered', () => gateway.offeredKeys.length === 1);

  await agent.end('SIGKILL');
  const stood = hasKeyOf(before) && existsSync(path('device.key.next'));
  gateway.rotation = 'certified';
  agent.start();
  await until('the new key is its own', isSettled);

  expect(stood).toBe(true);
  expect(Buffer.compare(gateway.offeredKeys[0] ?? before, gateway.devicePublicKey)).toBe(0);
});

test('EN-2: killed after the server took its new key and before the answer, the agent proves itself by the new one', async () => {
  gateway.rotation = 'unanswered';
  await want();
  await until('a key is offered', () => gateway.offeredKeys.length === 1);

  await killAndStart();
  const stillOld = !hasKeyOf(gateway.devicePublicKey);
  gateway.rotation = 'certified';
  await killAndStart();
  await until('the new key is its own', isSettled);

  expect(stillOld).toBe(true);
});

test('EN-2: killed between writing the certificate and the key, the agent finishes the change when it starts', async () => {
  copyFileSync(path('device.key'), path('device.key.old'));
  await want();
  await until('the new key is its own', isSettled);
  await agent.end('SIGKILL');
  copyFileSync(path('device.key'), path('device.key.next'));
  copyFileSync(path('device.key.old'), path('device.key'));

  const hellos = gateway.hellos.length;
  agent.start();
  await until('it is welcome', () => gateway.hellos.length > hellos && gateway.connected === 1);

  expect(isSettled()).toBe(true);
});

test('EN-2: killed again and again around a change of its key, the agent always comes back with one that is right', async () => {
  for (const delayMs of [0, 2, 5, 10, 20, 40]) {
    const known = gateway.offeredKeys.length;
    await want();
    await until('a key is offered', () => gateway.offeredKeys.length > known);
    await Bun.sleep(delayMs);
    await killAndStart();
    await until('the change is whole', isSettled);
  }

  expect(new Set(gateway.offeredKeys.map((key) => key.toBase64())).size).toBeGreaterThanOrEqual(6);
}, 120_000);

test('EN-2: a server restored from before the change is taken by the earlier key, and gets the present one', async () => {
  const before = gateway.devicePublicKey;
  await want();
  await until('the new key is its own', isSettled);
  const after = gateway.devicePublicKey;

  gateway.devicePublicKey = before;
  await killAndStart();
  await until(
    'the server has the present key again',
    () => Buffer.compare(gateway.devicePublicKey, after) === 0,
  );

  expect(isSettled()).toBe(true);
});

test('EN-2: a key older than the server wants is changed without being asked', async () => {
  await agent.end();
  const identity = JSON.parse(readFileSync(path('identity.json'), 'utf8'));
  const keyMadeAtMs = Date.now() - 400 * 86_400_000;
  await Bun.write(path('identity.json'), JSON.stringify({ ...identity, keyMadeAtMs }));
  agent.start();
  await until('a key is offered', () => gateway.offeredKeys.length === 1);
  await until('the new key is its own', isSettled);

  expect(JSON.parse(readFileSync(path('identity.json'), 'utf8')).keyMadeAtMs).toBeGreaterThan(
    Date.now() - 3_600_000,
  );
}, 120_000);

test('EN-2: a key that a clock ahead of time has made grows old from now on', async () => {
  await agent.end();
  const identity = () => JSON.parse(readFileSync(path('identity.json'), 'utf8'));
  const keyMadeAtMs = Date.now() + 400 * 86_400_000;
  await Bun.write(path('identity.json'), JSON.stringify({ ...identity(), keyMadeAtMs }));
  const hellos = gateway.hellos.length;
  agent.start();
  await until('it is welcome', () => gateway.hellos.length > hellos && gateway.connected === 1);
  await until('its key is of today', () => identity().keyMadeAtMs < Date.now() + 60_000);

  expect(identity().keyMadeAtMs).toBeGreaterThan(Date.now() - 3_600_000);
});
