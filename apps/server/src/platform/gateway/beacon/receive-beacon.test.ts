import { afterAll, beforeAll, expect, test } from 'bun:test';
import { create, toBinary } from '@bufbuild/protobuf';
import type { DeviceId } from '@muster/contracts';
import {
  BEACON_HEADERS,
  BEACON_PATH,
  BeaconSchema,
  CheckInSchema,
  CommandState,
  CommandUpdateSchema,
  DeviceState,
  FactsSchema,
  MinuteSchema,
  sentpulse,
} from '@muster/contracts/wire';
import { systemClock } from '../../clock/index.ts';
import { createDeviceKey } from '../../crypto/testing/device-key.ts';
import { FRAME_LIMITS } from '../frames/limits.ts';
import {
  type AgentIdentity,
  agentTls,
  connectAgent,
  fetchNonce,
  helloBody,
  postBeacon,
  sendBeacon,
  signBeacon,
} from '../testing/agent-client.ts';
import { startTestGateway, type TestGateway } from '../testing/test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.stop());

const aBeacon = (identity: AgentIdentity, minute = 100) =>
  create(BeaconSchema, {
    hello: helloBody(identity),
    checkIn: create(CheckInSchema, { id: 4n, minutes: [create(MinuteSchema, { minute })] }),
  });

const seenUpdates = ({ deviceId }: AgentIdentity) =>
  gateway.registry.seen.updates.filter((one) => one.deviceId === deviceId).length;

const bytesOf = (identity: AgentIdentity, minute = 100) =>
  toBinary(
    sentpulse.CheckInRequestSchema,
    create(sentpulse.CheckInRequestSchema, { agentId: identity.deviceId, beacon: aBeacon(identity, minute) }),
  );

test('HB-1 HB-5: a beacon without a socket brings telemetry, facts and results home and takes the answers back', async () => {
  const identity = await gateway.enrol();
  const update = create(CommandUpdateSchema, { commandId: 'c-1', state: CommandState.SUCCEEDED });
  const facts = create(FactsSchema, { hostname: 'db-03' });
  const beacon = { ...aBeacon(identity), commandUpdates: [update], facts };

  const { status, reply } = await sendBeacon(
    gateway.address,
    identity,
    beacon,
    await fetchNonce(gateway.address, identity),
  );

  expect(status).toBe(200);
  expect(reply?.heartbeatIntervalSeconds).toBe(60);
  expect(reply?.beacon?.checkInReply).toMatchObject({ id: 4n, acknowledgedMinutes: [100] });
  expect(reply?.beacon?.commandUpdateAcks).toMatchObject([
    { commandId: 'c-1', state: CommandState.SUCCEEDED },
  ]);
  expect(reply?.beacon?.state).toBe(DeviceState.ACTIVE);
  const { seen } = gateway.registry;
  expect(seen.facts.at(-1)?.facts.hostname).toBe('db-03');
  expect(seen.presence.at(-1)).toMatchObject({ deviceId: identity.deviceId as DeviceId, what: 'beacon' });
});

test('HB-5: the nonce in a reply is good for the next beacon', async () => {
  const identity = await gateway.enrol();
  const first = await sendBeacon(
    gateway.address,
    identity,
    aBeacon(identity),
    await fetchNonce(gateway.address, identity),
  );

  const nonce = first.reply?.beacon?.nextNonce ?? new Uint8Array();
  const second = await sendBeacon(gateway.address, identity, aBeacon(identity, 101), nonce);

  expect(second.reply?.beacon?.checkInReply?.acknowledgedMinutes).toEqual([101]);
});

test('a replayed beacon is refused with a fresh nonce and changes nothing', async () => {
  const identity = await gateway.enrol();
  const body = bytesOf(identity);
  const headers = signBeacon(identity, await fetchNonce(gateway.address, identity), body);
  expect((await postBeacon(gateway.address, identity, body, headers)).status).toBe(200);
  const before = gateway.registry.seen.checkIns.length;

  const replayed = await fetch(`https://${gateway.address}${BEACON_PATH}`, {
    method: 'POST',
    headers: { 'content-type': 'application/proto', ...headers },
    body: body as Uint8Array<ArrayBuffer>,
    tls: agentTls(identity),
  });

  expect(replayed.status).toBe(401);
  expect(await replayed.json()).toMatchObject({ code: 'unauthenticated' });
  const fresh = Buffer.from(replayed.headers.get(BEACON_HEADERS.nonce) ?? '', 'base64url');
  expect(fresh).toHaveLength(32);
  expect(gateway.registry.seen.checkIns.length).toBe(before);
  expect(await gateway.count('muster_gateway_faults_total', { rule: 'stale_nonce' })).toBeGreaterThan(0);
});

test('of one beacon sent many times at once, one is taken', async () => {
  const identity = await gateway.enrol();
  const body = bytesOf(identity);
  const headers = signBeacon(identity, await fetchNonce(gateway.address, identity), body);

  const sent = await Promise.all(
    Array.from({ length: 8 }, () => postBeacon(gateway.address, identity, body, headers)),
  );

  expect(sent.filter(({ status }) => status === 200)).toHaveLength(1);
});

test('a beacon is refused when body, nonce, signer or device is not what was signed', async () => {
  const [identity, other] = [await gateway.enrol(), await gateway.enrol()];
  const nonce = () => fetchNonce(gateway.address, identity);
  const body = bytesOf(identity);
  const refusal = async (sent: Uint8Array, headers: Record<string, string>) => {
    const { status, reply } = await postBeacon(gateway.address, identity, sent, headers);
    return reply?.beacon?.rejected?.code ?? status;
  };
  const forged = { ...identity, key: createDeviceKey() };

  expect(await refusal(bytesOf(identity, 999), signBeacon(identity, await nonce(), body))).toBe(
    'bad_signature',
  );
  expect(await refusal(body, signBeacon(forged, await nonce(), body))).toBe('bad_signature');
  const swapped = { ...signBeacon(identity, await nonce(), body), [BEACON_HEADERS.device]: other.deviceId };
  expect(await refusal(body, swapped)).toBe('bad_signature');
  const unknown = {
    ...signBeacon(identity, await nonce(), body),
    [BEACON_HEADERS.device]: Bun.randomUUIDv7(),
  };
  expect(await refusal(body, unknown)).toBe('unknown_device');
  expect(await refusal(body, signBeacon(identity, new Uint8Array(32), body))).toBe(401);
  expect(await refusal(body, {})).toBe(401);
  const foreign = bytesOf(other);
  expect(await refusal(foreign, signBeacon(identity, await nonce(), foreign))).toBe(400);
  const garbage = new Uint8Array([255, 255, 255]);
  expect(await refusal(garbage, signBeacon(identity, await nonce(), garbage))).toBe(400);
});

test('EN-2: a revoked device is told so by its beacon too', async () => {
  const identity = await gateway.enrol();
  gateway.registry.setLifecycle(identity.deviceId, 'revoked');

  const { reply } = await sendBeacon(
    gateway.address,
    identity,
    aBeacon(identity),
    await fetchNonce(gateway.address, identity),
  );

  expect(reply?.beacon?.rejected?.code).toBe('revoked');
  expect(reply?.beacon?.commands).toEqual([]);
});

test('an oversized beacon and one in another encoding are refused', async () => {
  const identity = await gateway.enrol();
  const post = async (body: Uint8Array, type: string) => {
    const headers = {
      'content-type': type,
      ...signBeacon(identity, await fetchNonce(gateway.address, identity), body),
    };
    return (await postBeacon(gateway.address, identity, body, headers)).status;
  };

  expect(await post(new Uint8Array(1024 * 1024 + 1), 'application/proto')).toBe(413);
  expect(await post(bytesOf(identity), 'application/json')).toBe(415);
});

test('a device that beacons without end is told to wait, by whatever way it comes, and nobody else is', async () => {
  const at = Date.now();
  const busy = await startTestGateway({ clock: { ...systemClock, now: () => at } });
  const [loud, quiet] = [await busy.enrol(), await busy.enrol()];
  const beacon = async (identity: AgentIdentity) => {
    const nonce = await fetchNonce(busy.address, identity);
    return (await sendBeacon(busy.address, identity, aBeacon(identity), nonce)).reply?.beacon?.rejected;
  };
  let refused = await beacon(loud);
  for (let sent = 1; refused === undefined && sent <= FRAME_LIMITS.greetingsPerMinute; sent++)
    refused = await beacon(loud);

  const socket = await connectAgent(busy.address, loud);
  await socket.hello();

  expect(refused).toMatchObject({ code: 'busy' });
  expect(refused?.retryAfterMs).toBeGreaterThanOrEqual(30_000);
  expect((await socket.next('rejected')).code).toBe('busy');
  expect(await beacon(quiet)).toBeUndefined();
  await busy.stop();
}, 120_000);

test('a beacon brings so many results at once, and the rest is not acknowledged', async () => {
  const identity = await gateway.enrol();
  const updates = Array.from({ length: 5_000 }, (_, number) =>
    create(CommandUpdateSchema, { commandId: `c-${number}`, state: CommandState.SUCCEEDED }),
  );
  const nonce = await fetchNonce(gateway.address, identity);

  const { reply } = await sendBeacon(
    gateway.address,
    identity,
    { ...aBeacon(identity), commandUpdates: updates },
    nonce,
  );

  expect(reply?.beacon?.commandUpdateAcks).toHaveLength(100);
  expect(seenUpdates(identity)).toBe(100);
});

test("what is said of a command that is not the device's is acknowledged, so that it ends, and the beacon goes on", async () => {
  const identity = await gateway.enrol();
  const [foreign, own] = ['foreign-1', 'c-1'].map((commandId) =>
    create(CommandUpdateSchema, { commandId, state: CommandState.SUCCEEDED }),
  );
  const beacon = {
    ...aBeacon(identity, 300),
    commandUpdates: [foreign, own].filter((one) => one !== undefined),
  };
  const nonce = await fetchNonce(gateway.address, identity);

  const { status, reply } = await sendBeacon(gateway.address, identity, beacon, nonce);

  expect(status).toBe(200);
  expect(reply?.beacon?.commandUpdateAcks.map(({ commandId }) => commandId)).toEqual(['foreign-1', 'c-1']);
  expect(reply?.beacon?.checkInReply?.acknowledgedMinutes).toEqual([300]);
  expect(seenUpdates(identity)).toBe(1);
});
