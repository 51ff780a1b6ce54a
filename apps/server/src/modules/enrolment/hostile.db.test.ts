import { afterAll, beforeAll, expect, test } from 'bun:test';
import { create } from '@bufbuild/protobuf';
import type { DeviceId } from '@muster/contracts';
import { FactsSchema, KeyRotationSchema, signedBytes } from '@muster/contracts/wire';
import { sql } from 'drizzle-orm';
import { createDeviceKey, type DeviceKey } from '../../platform/crypto/testing/device-key.ts';
import { connectAgent } from '../../platform/gateway/testing/agent-client.ts';
import { until } from '../../testing/ledger-fixture.ts';
import { enrolBytes } from './domain/enrol-proof.ts';
import { identityFrom, postEnrolment, startTestServer, type TestServer } from './testing/test-server.ts';

/** Machines that hold a key of their own, or a stolen one, and use it against the registry. */
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

async function aToken(uses: number | null = 1) {
  const input = { description: '', uses, expiresInMs: 3_600_000, tags: {}, needsApproval: false };
  return (await server.enrolment.createToken(server.tenant.actor, input)).secret;
}

async function aMachine(key: DeviceKey = createDeviceKey()) {
  const secret = await aToken();
  const { response } = await postEnrolment(server, { key, token: secret });
  if (response === undefined) throw new Error('the machine was not enrolled');
  return { key, secret, deviceId: response.deviceId, identity: identityFrom(key, response) };
}

/** What a copy of the machine asks with; a key of its own each time. */
function asCopyOf({ key, deviceId }: { key: DeviceKey; deviceId: string }) {
  const own = createDeviceKey();
  const deviceProof = key.sign(enrolBytes({ token: '', publicKey: own.spki }));
  return { key: own, deviceId, deviceProof, reidentify: true };
}

/** Until somebody else has come to a row that is held here. */
const somebodyWaits = () =>
  until(async () => (await count(sql`select from pg_locks where not granted`)) !== 0);
const count = async (what: ReturnType<typeof sql>) =>
  server.database.system('test', async (tx) => {
    const { rows } = await tx.execute<{ n: number }>(sql`select count(*)::int as n from (${what}) found`);
    return rows[0]?.n;
  });

async function greet(identity: ReturnType<typeof identityFrom>, part: { agentVersion?: string } = {}) {
  const agent = await connectAgent(server.gatewayAddress, identity);
  await agent.hello({ bootId: 'boot-1', ...part });
  return agent;
}

test('EN-1: a device that nobody approved vouches for no copies, which would double with every minute', async () => {
  const original = await aMachine();
  const claim = asCopyOf(original);
  const copy = await postEnrolment(server, claim);
  if (copy.response === undefined) throw new Error('refused');

  const second = await postEnrolment(server, asCopyOf({ key: claim.key, deviceId: copy.response.deviceId }));

  expect(second.problem?.code).toBe('forbidden');
  expect(await count(sql`select from devices where clone_of = ${copy.response.deviceId}`)).toBe(0);
});

test('EN-1: a used-up token makes no new device of one that is revoked while it is being repaired', async () => {
  const { key, secret, deviceId } = await aMachine();
  const before = await count(sql`select from devices`);
  const own = createDeviceKey();
  const deviceProof = key.sign(enrolBytes({ token: secret, publicKey: own.spki }));

  const outcome = await server.database.system('test', async (tx) => {
    await tx.execute(sql`update devices set lifecycle = 'revoked' where id = ${deviceId}`);
    const repair = postEnrolment(server, { key: own, token: secret, deviceId, deviceProof });
    await somebodyWaits();
    return { repair };
  });

  expect((await outcome.repair).problem?.params.token).toBe('used_up');
  expect(await count(sql`select from devices`)).toBe(before);
});

test('EN-2: a hello is not served whose key was replaced while it was being decided', async () => {
  const { identity, deviceId } = await aMachine();
  const own = createDeviceKey();

  const agent = await server.database.system('test', async (tx) => {
    await tx.execute(sql`select from devices where id = ${deviceId} for update`);
    const greeting = await greet(identity);
    await somebodyWaits();
    await tx.execute(sql`
      update device_keys set previous_public_key = public_key, public_key = ${Buffer.from(own.spki)}
      where device_id = ${deviceId}`);
    return greeting;
  });

  expect((await agent.next('rejected')).code).toBe('busy');
  const again = await greet(identity);
  expect((await again.next('rejected')).code).toBe('clone');
});

test('EN-2: a socket that was proven with a key which is replaced by now puts no other in its place', async () => {
  const { identity, deviceId } = await aMachine();
  const [rightful, thiefs] = [createDeviceKey(), createDeviceKey()];
  const thief = await greet(identity);
  await thief.next('welcome');
  const offer = (key: DeviceKey) => {
    const proof = key.sign(signedBytes('rotate', deviceId, key.spki));
    thief.send({ case: 'keyRotation', value: create(KeyRotationSchema, { publicKey: key.spki, proof }) });
  };
  await server.database.system('test', (tx) =>
    tx.execute(
      sql`update device_keys set public_key = ${Buffer.from(rightful.spki)} where device_id = ${deviceId}`,
    ),
  );

  offer(thiefs);

  expect((await thief.next('error')).code).toBe('bad_rotation');
  expect(await count(sql`select from device_keys where public_key = ${Buffer.from(rightful.spki)}`)).toBe(1);
  thief.close();
});

test('EN-4: one connection may change its key again, and an offer that is repeated is answered again', async () => {
  const { identity, deviceId } = await aMachine();
  const agent = await greet(identity);
  await agent.next('welcome');
  const [second, third] = [createDeviceKey(), createDeviceKey()];

  for (const key of [second, second, third]) {
    const proof = key.sign(signedBytes('rotate', deviceId, key.spki));
    agent.send({ case: 'keyRotation', value: create(KeyRotationSchema, { publicKey: key.spki, proof }) });
    expect((await agent.next('keyRotationReply')).deviceCertificate.length).toBeGreaterThan(0);
  }

  expect(await count(sql`select from device_keys where public_key = ${Buffer.from(third.spki)}`)).toBe(1);
  agent.close();
});

test('EN-1: whoever guesses tokens without end is told to wait, and is heard again after a while', async () => {
  const own = await startTestServer();
  const guess = () => postEnrolment(own, { token: 'mst_aaaaaaaaaaaa_AAAAAAAAAAAAAAAAAAAAAAAAAAA' });
  const input = { description: '', uses: null, expiresInMs: 3_600_000, tags: {}, needsApproval: false };
  const { secret } = await own.enrolment.createToken(own.tenant.actor, input);

  let last = await guess();
  for (let round = 0; last.status === 401 && round < 40; round++)
    last = (await Promise.all(Array.from({ length: 50 }, guess))).at(-1) ?? last;
  own.clock.advance(60_000);
  const after = await postEnrolment(own, { token: secret });

  expect([last.status, last.problem?.code]).toEqual([429, 'rate_limited']);
  expect(after.status).toBe(200);
  await own.stop();
}, 120_000);

test('EN-1: text that no database holds is refused in a tag and cleaned in everything else', async () => {
  const halved = `${'v'.repeat(63)}😀`;
  const refused = await postEnrolment(server, { token: await aToken(), tags: ['role=a\0b'] });
  const enrolled = await postEnrolment(server, { token: await aToken(), agentVersion: `1.0\0${halved}` });
  const { identity, deviceId } = await aMachine();

  const agent = await greet(identity, { agentVersion: halved });
  await agent.next('welcome');
  const hostname = `h\0${'o'.repeat(253)}😀`;
  agent.send({ case: 'facts', value: create(FactsSchema, { hostname, os: 'linux', arch: 'amd64' }) });
  const other = await greet((await aMachine()).identity, { agentVersion: '1.0\0' });
  await other.next('welcome');

  expect([refused.status, refused.problem?.code]).toEqual([400, 'invalid_input']);
  expect(enrolled.status).toBe(200);
  const cleaned = sql`select from devices where id = ${deviceId} and hostname like 'h ooo%'`;
  await until(async () => (await count(cleaned)) === 1);
  expect(server.connections.isConnected(deviceId as DeviceId)).toBe(true);
  agent.close();
  other.close();
});
