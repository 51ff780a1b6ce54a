import { afterAll, beforeAll, expect, test } from 'bun:test';
import { create } from '@bufbuild/protobuf';
import type { DeviceId } from '@muster/contracts';
import { CheckInSchema, DeviceState, HelloSchema } from '@muster/contracts/wire';
import { readStatement } from '../../crypto/statements.ts';
import { createDeviceKey } from '../../crypto/testing/device-key.ts';
import { rejection } from '../index.ts';
import { connectAgent, signHello } from '../testing/agent-client.ts';
import { startTestGateway, type TestGateway } from '../testing/test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.stop());

const presenceOf = (deviceId: string) =>
  gateway.registry.seen.presence.filter((one) => one.deviceId === deviceId).map((one) => one.what);

test('HB-1 EN-4: an enrolled device opens the socket, signs the challenge and is welcome', async () => {
  const identity = await gateway.enrol();
  const agent = await connectAgent(gateway.address, identity);

  await agent.hello();
  const welcome = await agent.next('welcome');

  expect(welcome.state).toBe(DeviceState.ACTIVE);
  expect(welcome.connectionEpoch).toBe(1n);
  expect(welcome.settings?.checkInIntervalS).toBe(60);
  const purposes = welcome.keys.map((signed) => readStatement(gateway.trust.rootPublicKey, signed)?.purpose);
  expect(purposes.sort()).toEqual(['command', 'update']);
  expect(gateway.connections.isConnected(identity.deviceId as DeviceId)).toBe(true);
  expect(gateway.registry.seen.hellos.at(-1)).toMatchObject({
    deviceId: identity.deviceId,
    address: '127.0.0.1',
  });
  agent.close();
});

test('EN-12: the hello carries the version of the agent to the registry', async () => {
  const agent = await connectAgent(gateway.address, await gateway.enrol());

  await agent.hello({ agentVersion: '1.2.3' });
  await agent.next('welcome');

  expect(gateway.registry.seen.hellos.at(-1)?.hello.agentVersion).toBe('1.2.3');
  agent.close();
});

test('EN-4: a hello that was recorded on one connection is worth nothing on another', async () => {
  const identity = await gateway.enrol();
  const first = await connectAgent(gateway.address, identity);
  const recorded = signHello(identity, (await first.next('challenge')).nonce);
  first.send(recorded);
  await first.next('welcome');
  const second = await connectAgent(gateway.address, identity);
  await second.next('challenge');

  second.send(recorded);

  expect((await second.next('rejected')).code).toBe('bad_signature');
  await second.closed;
  first.close();
});

test('EN-4: a device cannot be another one, though its certificate is good', async () => {
  const [victim, thief] = [await gateway.enrol(), await gateway.enrol()];
  const agent = await connectAgent(gateway.address, thief);

  await agent.hello({ deviceId: victim.deviceId });

  expect((await agent.next('rejected')).code).toBe('bad_signature');
  expect(gateway.connections.isConnected(victim.deviceId as DeviceId)).toBe(false);
});

test('EN-4: a forged, empty or garbled hello is refused, and an unknown device is told that it is unknown', async () => {
  const identity = await gateway.enrol();
  const outcome = async (answer: (nonce: Uint8Array) => ReturnType<typeof signHello>) => {
    const agent = await connectAgent(gateway.address, identity);
    agent.send(answer((await agent.next('challenge')).nonce));
    const { code } = await agent.next('rejected');
    await agent.closed;
    return code;
  };
  const stranger = { ...identity, key: createDeviceKey() };
  const unsigned = create(HelloSchema, { body: new Uint8Array([1, 2, 3]), signature: new Uint8Array(64) });

  expect(await outcome((nonce) => signHello(stranger, nonce))).toBe('bad_signature');
  expect(await outcome(() => ({ case: 'hello', value: create(HelloSchema) }))).toBe('unknown_device');
  expect(await outcome(() => ({ case: 'hello', value: unsigned }))).toBe('bad_signature');
  expect(await outcome((nonce) => signHello(identity, nonce, { deviceId: Bun.randomUUIDv7() }))).toBe(
    'unknown_device',
  );
});

test('a frame before the hello and a second hello are out of order: answered and cut', async () => {
  const identity = await gateway.enrol();
  const early = await connectAgent(gateway.address, identity);
  early.send({ case: 'checkIn', value: create(CheckInSchema, { id: 1n }) });
  expect((await early.next('error')).code).toBe('out_of_order');
  expect((await early.closed).code).toBe(4000);

  const twice = await connectAgent(gateway.address, identity);
  const { nonce } = await twice.next('challenge');
  twice.send(signHello(identity, nonce));
  await twice.next('welcome');
  twice.send(signHello(identity, nonce));

  expect((await twice.next('error')).code).toBe('out_of_order');
  await twice.closed;
  expect(gateway.registry.seen.checkIns).toEqual([]);
});

test('a newer connection of a device closes the older one, and presence hears of no loss', async () => {
  const identity = await gateway.enrol();
  const older = await connectAgent(gateway.address, identity);
  await older.hello();
  await older.next('welcome');

  const newer = await connectAgent(gateway.address, identity);
  await newer.hello();
  const welcome = await newer.next('welcome');

  expect((await older.closed).code).toBe(4002);
  expect(welcome.connectionEpoch).toBe(2n);
  expect(gateway.connections.isConnected(identity.deviceId as DeviceId)).toBe(true);
  expect(presenceOf(identity.deviceId)).toEqual(['opened', 'opened']);
  newer.close();
});

test('EN-2: revoking cuts the socket at once, and the device stays out', async () => {
  const identity = await gateway.enrol();
  const agent = await connectAgent(gateway.address, identity);
  await agent.hello();
  await agent.next('welcome');

  gateway.registry.setLifecycle(identity.deviceId, 'revoked');
  gateway.connections.cut(
    identity.deviceId as DeviceId,
    rejection('revoked', 'revoked by a person'),
    'cut_off',
  );

  expect(await agent.next('rejected')).toMatchObject({ code: 'revoked', retryAfterMs: 0 });
  await agent.closed;
  expect(gateway.connections.isConnected(identity.deviceId as DeviceId)).toBe(false);
  expect(gateway.registry.seen.presence.at(-1)).toMatchObject({ what: 'closed', reason: 'cut_off' });
  const again = await connectAgent(gateway.address, identity);
  await again.hello();
  expect((await again.next('rejected')).code).toBe('revoked');
});

test('EN-2: a revocation in the middle of a handshake is not outrun by it', async () => {
  const identity = await gateway.enrol();
  const { promise, resolve } = Promise.withResolvers<void>();
  gateway.registry.gate.held = promise;
  const agent = await connectAgent(gateway.address, identity);
  await agent.hello();
  while (gateway.registry.gate.waiting === 0) await Bun.sleep(1);

  gateway.connections.cut(
    identity.deviceId as DeviceId,
    rejection('revoked', 'revoked by a person'),
    'cut_off',
  );
  gateway.registry.gate.held = undefined;
  resolve();

  expect((await agent.next('rejected')).code).toBe('revoked');
  await agent.closed;
  expect(gateway.connections.isConnected(identity.deviceId as DeviceId)).toBe(false);
  expect(presenceOf(identity.deviceId)).toEqual([]);
});
