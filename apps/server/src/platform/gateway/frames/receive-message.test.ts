import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'bun:test';
import { create } from '@bufbuild/protobuf';
import type { DeviceId } from '@muster/contracts';
import {
  CheckInSchema,
  CommandState,
  CommandUpdateSchema,
  FactsSchema,
  GoodbyeSchema,
  KeyRotationSchema,
  MAX_FRAME_BYTES,
  MinuteSchema,
  SampleSchema,
  signedBytes,
} from '@muster/contracts/wire';
import { systemClock } from '../../clock/index.ts';
import { createDeviceKey } from '../../crypto/testing/device-key.ts';
import { type AgentConnection, type AgentIdentity, connectAgent } from '../testing/agent-client.ts';
import { startTestGateway, type TestGateway } from '../testing/test-gateway.ts';
import { FRAME_LIMITS } from './limits.ts';

let gateway: TestGateway;
let identity: AgentIdentity;
let agent: AgentConnection;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.stop());
beforeEach(async () => {
  identity = await gateway.enrol();
  agent = await connectAgent(gateway.address, identity);
  await agent.hello();
  await agent.next('welcome');
});
afterEach(() => agent.close());

const checkIn = (id: bigint, minutes: number[] = []) =>
  ({
    case: 'checkIn',
    value: create(CheckInSchema, { id, minutes: minutes.map((minute) => create(MinuteSchema, { minute })) }),
  }) as const;
const seenBy = <T extends { deviceId: DeviceId }>(list: T[]) =>
  list.filter((one) => one.deviceId === identity.deviceId);

test('HB-1: a check-in is answered with its id and the minutes that were stored', async () => {
  agent.send(checkIn(7n, [100, 101]));

  const reply = await agent.next('checkInReply');

  expect(reply.id).toBe(7n);
  expect(reply.acknowledgedMinutes).toEqual([100, 101]);
});

test('EN-3: a token that is due on an open socket comes with the next check-in, once', async () => {
  gateway.registry.rotateNext(identity.deviceId, 'msd_second');

  agent.send(checkIn(1n));
  agent.send(checkIn(2n));

  expect((await agent.next('checkInReply')).newToken).toBe('msd_second');
  expect((await agent.next('checkInReply')).newToken).toBe('');
});

test('a command update is acknowledged by id and state', async () => {
  const value = create(CommandUpdateSchema, { commandId: 'c-1', state: CommandState.SUCCEEDED });
  agent.send({ case: 'commandUpdate', value });

  expect(await agent.next('commandUpdateAck')).toMatchObject({
    commandId: 'c-1',
    state: CommandState.SUCCEEDED,
  });
});

test('a frame of a newer agent is answered as unknown, with its number, and the socket goes on', async () => {
  // Field 99, length-delimited, three bytes.
  agent.sendRaw(new Uint8Array([0x9a, 0x06, 0x03, 1, 2, 3]));

  expect((await agent.next('unknown')).field).toBe(99);
  agent.send(checkIn(3n));
  expect((await agent.next('checkInReply')).id).toBe(3n);
});

test('garbage is answered, and cut when it does not end; nothing else suffers', async () => {
  const before = await gateway.count('muster_gateway_faults_total');
  const other = await connectAgent(gateway.address, await gateway.enrol());
  await other.hello();
  await other.next('welcome');

  agent.sendRaw(new Uint8Array([0xff, 0xff, 0xff, 0xff]));
  expect((await agent.next('error')).code).toBe('malformed');
  agent.sendRaw('text');
  expect((await agent.next('error')).code).toBe('malformed');
  agent.sendRaw(new Uint8Array());
  expect((await agent.next('error')).code).toBe('empty');
  for (let sent = 0; sent < 8; sent++)
    agent.sendRaw(crypto.getRandomValues(new Uint8Array(64)).fill(0xff, 0, 1));

  expect((await agent.closed).code).toBe(4003);
  expect((await gateway.count('muster_gateway_faults_total')) - before).toBeGreaterThanOrEqual(11);
  other.send(checkIn(9n));
  expect((await other.next('checkInReply')).id).toBe(9n);
  other.close();
});

test('random bytes of every length never end the server', async () => {
  for (let length = 1; length <= 9; length++) {
    agent.sendRaw(crypto.getRandomValues(new Uint8Array(length * 37)));
  }
  await Bun.sleep(50);

  const fresh = await connectAgent(gateway.address, identity);
  await fresh.hello();
  expect((await fresh.next('welcome')).connectionEpoch).toBe(2n);
  fresh.close();
});

test('an oversized frame is cut, whether a little or far over the limit', async () => {
  agent.sendRaw(new Uint8Array(MAX_FRAME_BYTES + 1));
  expect((await agent.next('error')).code).toBe('too_large');
  expect((await agent.closed).code).toBe(4003);

  const second = await connectAgent(gateway.address, identity);
  await second.hello();
  await second.next('welcome');
  second.sendRaw(new Uint8Array(4 * MAX_FRAME_BYTES));
  await second.closed;
  expect(gateway.connections.isConnected(identity.deviceId as DeviceId)).toBe(false);
});

test('a flood of frames is cut and counted', async () => {
  // All of them come within one second, however long they take.
  const at = Date.now();
  const own = await startTestGateway({ clock: { ...systemClock, now: () => at } });
  const loud = await connectAgent(own.address, await own.enrol());
  await loud.hello();
  await loud.next('welcome');
  for (let sent = 0; sent < 500; sent++) loud.send({ case: 'sample', value: create(SampleSchema) });

  expect((await loud.next('error')).code).toBe('limit_frames');
  expect((await loud.closed).code).toBe(4003);
  expect(await own.count('muster_gateway_cuts_total', { reason: 'limit_frames' })).toBe(1);
  expect(own.registry.seen.samples.length).toBeLessThanOrEqual(FRAME_LIMITS.framesPerSecond);
  await own.stop();
});

test('EN-11: a goodbye and an uninstall reach presence with their reasons', async () => {
  agent.send({ case: 'goodbye', value: create(GoodbyeSchema, { reason: 'sleep' }) });
  agent.send({ case: 'goodbye', value: create(GoodbyeSchema, { reason: 'uninstall' }) });
  agent.send(checkIn(1n));
  await agent.next('checkInReply');
  agent.close();
  await agent.closed;
  while (!seenBy(gateway.registry.seen.presence).some(({ what }) => what === 'closed')) await Bun.sleep(1);

  expect(seenBy(gateway.registry.seen.presence).map((one) => [one.what, one.reason])).toEqual([
    ['opened', undefined],
    ['goodbye', 'asleep'],
    ['uninstalled', undefined],
    ['telemetry', undefined],
    ['closed', 'agent_stopped'],
  ]);
});

test('EN-4: a proven device changes its key, and only the new one counts from then on', async () => {
  const key = createDeviceKey();
  const proof = key.sign(signedBytes('rotate', identity.deviceId, key.spki));
  const rotate = (part: { publicKey: Uint8Array; proof: Uint8Array }) =>
    agent.send({ case: 'keyRotation', value: create(KeyRotationSchema, part) });

  rotate({ publicKey: key.spki, proof: new Uint8Array(64) });
  expect((await agent.next('error')).code).toBe('bad_rotation');
  rotate({ publicKey: new Uint8Array(91), proof });
  expect((await agent.next('error')).code).toBe('bad_rotation');
  rotate({ publicKey: key.spki, proof });
  const { deviceCertificate } = await agent.next('keyRotationReply');

  const { certificatePem } = await import('../../crypto/index.ts');
  const renewed = { ...identity, key, certificate: certificatePem(deviceCertificate) };
  const fresh = await connectAgent(gateway.address, renewed);
  await fresh.hello();
  expect((await fresh.next('welcome')).connectionEpoch).toBe(2n);
  const stale = await connectAgent(gateway.address, identity);
  await stale.hello();
  expect((await stale.next('rejected')).code).toBe('clone');
  fresh.close();
});

test('a pending device is seen and described; its telemetry is neither stored nor acknowledged', async () => {
  gateway.registry.setLifecycle(identity.deviceId, 'pending');
  const pending = await connectAgent(gateway.address, identity);
  await pending.hello();
  await pending.next('welcome');

  pending.send(checkIn(5n, [100]));
  pending.send({ case: 'sample', value: create(SampleSchema) });

  const reply = await pending.next('checkInReply');
  expect([reply.id, reply.acknowledgedMinutes]).toEqual([5n, []]);
  expect(seenBy(gateway.registry.seen.checkIns)).toEqual([]);
  expect(seenBy(gateway.registry.seen.samples)).toEqual([]);
  pending.close();
});

test('stopping tells every agent to come back, at a time of its own', async () => {
  const other = await startTestGateway();
  const leaving = await connectAgent(other.address, await other.enrol());
  await leaving.hello();
  await leaving.next('welcome');

  await other.stop();

  const rejected = await leaving.next('rejected');
  expect(rejected.code).toBe('busy');
  expect(rejected.retryAfterMs).toBeGreaterThan(0);
  await leaving.closed;
});

test('facts without end are cut, though each second brings few of them', async () => {
  let at = Math.floor(Date.now() / 60_000) * 60_000;
  const own = await startTestGateway({ clock: { ...systemClock, now: () => at } });
  const loud = await connectAgent(own.address, await own.enrol());
  await loud.hello();
  await loud.next('welcome');

  for (let second = 0; second < 8; second++) {
    for (let sent = 0; sent < 100; sent++)
      loud.send({ case: 'facts', value: create(FactsSchema, { hostname: `name-${sent}` }) });
    loud.send(checkIn(BigInt(second)));
    await loud.next('checkInReply').catch(() => undefined);
    at += 1_000;
  }

  expect((await loud.next('error')).code).toBe('limit_writes');
  expect((await loud.closed).code).toBe(4003);
  expect(own.registry.seen.facts).toHaveLength(FRAME_LIMITS.writesPerMinute);
  await own.stop();
});
