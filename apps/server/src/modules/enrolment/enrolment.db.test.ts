import { afterAll, beforeAll, expect, test } from 'bun:test';
import { create } from '@bufbuild/protobuf';
import type { DeviceId } from '@muster/contracts';
import { DeviceState, KeyRotationSchema, signedBytes } from '@muster/contracts/wire';
import { sql } from 'drizzle-orm';
import { readStatement } from '../../platform/crypto/statements.ts';
import { createDeviceKey, type DeviceKey } from '../../platform/crypto/testing/device-key.ts';
import { connectAgent } from '../../platform/gateway/testing/agent-client.ts';
import { enrolBytes } from './domain/enrol-proof.ts';
import type { CreateTokenInput } from './index.ts';
import { identityFrom, postEnrolment, startTestServer, type TestServer } from './testing/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const HOUR_MS = 3_600_000;
const aToken = (part: Partial<CreateTokenInput> = {}) =>
  server.enrolment.createToken(server.tenant.actor, {
    description: '',
    uses: 1,
    expiresInMs: HOUR_MS,
    tags: {},
    needsApproval: false,
    ...part,
  });

/** Enrols a new machine and connects it once. */
async function anEnrolledMachine(key: DeviceKey = createDeviceKey()) {
  const { secret } = await aToken();
  const { response } = await postEnrolment(server, { key, token: secret });
  if (response === undefined) throw new Error('the machine was not enrolled');
  return { key, secret, response, identity: identityFrom(key, response) };
}

async function welcome(identity: ReturnType<typeof identityFrom>, bootId = 'boot-1') {
  const agent = await connectAgent(server.gatewayAddress, identity);
  await agent.hello({ bootId });
  return { agent, welcome: await agent.next('welcome') };
}

async function refusedHello(identity: ReturnType<typeof identityFrom>, bootId: string) {
  const agent = await connectAgent(server.gatewayAddress, identity);
  await agent.hello({ bootId });
  const rejected = await agent.next('rejected');
  await agent.closed;
  return rejected.code;
}

const rowOf = async (deviceId: string) => {
  const { rows } = await server.database.system('test', (tx) =>
    tx.execute<{
      lifecycle: string;
      tags: object;
      clone_of: string | null;
      agent_version: string;
      site_id: string;
    }>(sql`select lifecycle, tags, clone_of, agent_version, site_id from devices where id = ${deviceId}`),
  );
  return rows[0];
};

test('EN-1 EN-2 EN-11: a token is exchanged for an identity, with which the machine opens the socket and is welcome', async () => {
  const { secret } = await aToken({ tags: { ring: 'early' } });
  const key = createDeviceKey();

  const { response } = await postEnrolment(server, { key, token: secret, tags: ['role=server'] });
  if (response === undefined) throw new Error('refused');
  const { agent, welcome: welcomed } = await welcome(identityFrom(key, response));

  expect(response).toMatchObject({ installationId: server.trust.installationId, repaired: false });
  expect(response.state).toBe(DeviceState.ACTIVE);
  expect(response.gateways).toEqual([server.gatewayAddress]);
  const purposes = response.keys.map((signed) => readStatement(response.rootPublicKey, signed)?.purpose);
  expect(purposes.sort()).toEqual(['command', 'update']);
  expect(welcomed.state).toBe(DeviceState.ACTIVE);
  expect(server.connections.isConnected(response.deviceId as DeviceId)).toBe(true);
  expect(await rowOf(response.deviceId)).toMatchObject({
    lifecycle: 'active',
    site_id: server.tenant.siteId,
    tags: { role: 'server', ring: 'early' },
  });
  agent.close();
});

test('EN-12: the version of the agent is on the device, from its enrolment and from each hello', async () => {
  const { identity, response } = await anEnrolledMachine();
  expect((await rowOf(response.deviceId))?.agent_version).toBe('0.1.0');

  const agent = await connectAgent(server.gatewayAddress, identity);
  await agent.hello({ agentVersion: '0.2.0' });
  await agent.next('welcome');

  expect((await rowOf(response.deviceId))?.agent_version).toBe('0.2.0');
  agent.close();
});

test('EN-1: a token is good once by default, and the second machine is told that it was used', async () => {
  const { secret } = await aToken();
  expect((await postEnrolment(server, { token: secret })).status).toBe(200);

  const { status, problem } = await postEnrolment(server, { token: secret });

  expect(status).toBe(410);
  expect(problem).toMatchObject({ code: 'gone', params: { token: 'used_up' } });
  expect(problem?.detail).toContain('was used already (1 of 1)');
});

test('EN-1: of many machines that share the last use at the same moment, one gets it', async () => {
  const { secret, token } = await aToken({ uses: 3 });

  const outcomes = await Promise.all(
    Array.from({ length: 8 }, () => postEnrolment(server, { token: secret })),
  );

  expect(outcomes.filter(({ status }) => status === 200)).toHaveLength(3);
  expect(outcomes.filter(({ problem }) => problem?.params.token === 'used_up')).toHaveLength(5);
  const stored = await server.database.system('test', (tx) =>
    tx.execute<{ uses: number }>(sql`select uses from enrolment_tokens where id = ${token.id}`),
  );
  expect(stored.rows[0]?.uses).toBe(3);
});

test('EN-1: an expired, a revoked and an unknown token are refused, each with its own reason', async () => {
  const expired = await aToken({ expiresInMs: 60_000 });
  const revoked = await aToken();
  await server.database.system('test', (tx) =>
    tx.execute(sql`update enrolment_tokens set revoked_at = now() where id = ${revoked.token.id}`),
  );
  await server.database.system('test', (tx) =>
    tx.execute(
      sql`update enrolment_tokens set expires_at = now() - interval '1 s' where id = ${expired.token.id}`,
    ),
  );
  const good = (await aToken()).secret;
  const changed = `${good.slice(0, -1)}${good.endsWith('A') ? 'B' : 'A'}`;
  const reason = async (token: string) => (await postEnrolment(server, { token })).problem?.detail ?? '';

  expect(await reason(expired.secret)).toContain('expired on');
  expect(await reason(revoked.secret)).toContain('was revoked');
  expect(await reason(changed)).toContain('does not know the enrolment token');
  expect(await reason('')).toContain('does not know the enrolment token');
  expect((await postEnrolment(server, { token: good })).status).toBe(200);
});

test('EN-2: a machine that does not prove its key gets nothing, and the token stays unused', async () => {
  const { secret } = await aToken();
  const key = createDeviceKey();
  const other = createDeviceKey().sign(enrolBytes({ token: secret, publicKey: key.spki }));

  expect((await postEnrolment(server, { key, token: secret, proof: other })).problem?.code).toBe(
    'invalid_input',
  );
  expect(
    (await postEnrolment(server, { key: { ...key, spki: new Uint8Array(91) }, token: secret })).status,
  ).toBe(400);
  expect((await postEnrolment(server, { key, token: secret, tags: ['Not a tag'] })).status).toBe(400);
  expect((await postEnrolment(server, { key, token: secret })).status).toBe(200);
});

test('EN-1: a token that needs approval makes a pending device, which may connect and is seen', async () => {
  const { secret } = await aToken({ needsApproval: true });
  const key = createDeviceKey();
  const { response } = await postEnrolment(server, { key, token: secret });
  if (response === undefined) throw new Error('refused');

  const { agent, welcome: welcomed } = await welcome(identityFrom(key, response));

  expect(response.state).toBe(DeviceState.PENDING);
  expect(welcomed.state).toBe(DeviceState.PENDING);
  agent.close();
});

test('EN-1: running the installer again repairs the same device, even with the token that is used up', async () => {
  const { key, secret, response } = await anEnrolledMachine();
  const proof = key.sign(enrolBytes({ token: secret, publicKey: key.spki }));

  const again = await postEnrolment(server, {
    key,
    token: secret,
    deviceId: response.deviceId,
    deviceProof: proof,
    agentVersion: '0.3.0',
  });

  expect(again.response).toMatchObject({ deviceId: response.deviceId, repaired: true });
  expect((await rowOf(response.deviceId))?.agent_version).toBe('0.3.0');
  if (again.response === undefined) throw new Error('refused');
  const { agent } = await welcome(identityFrom(key, again.response));
  agent.close();
});

test('EN-1: knowing the id of a device does not repair it: without its key it is a new machine, and needs a use', async () => {
  const { secret, response } = await anEnrolledMachine();
  const key = createDeviceKey();
  const forged = key.sign(enrolBytes({ token: secret, publicKey: key.spki }));
  const claim = { key, deviceId: response.deviceId, deviceProof: forged };

  expect((await postEnrolment(server, { ...claim, token: secret })).problem?.params.token).toBe('used_up');
  const fresh = (await aToken()).secret;
  const deviceProof = key.sign(enrolBytes({ token: fresh, publicKey: key.spki }));
  const other = await postEnrolment(server, { ...claim, deviceProof, token: fresh });
  expect(other.response?.repaired).toBe(false);
  expect(other.response?.deviceId).not.toBe(response.deviceId);
});

test('EN-2: a clone is told so when the original speaks again, takes a key of its own and waits for approval', async () => {
  const { key, identity, response } = await anEnrolledMachine();
  const original = await welcome(identity, 'boot-original');
  const copy = await welcome(identity, 'boot-copy');
  await original.agent.closed;

  const back = await welcome(identity, 'boot-original');
  await copy.agent.closed;
  expect(await refusedHello(identity, 'boot-copy')).toBe('clone');
  const ownKey = createDeviceKey();
  const deviceProof = key.sign(enrolBytes({ token: '', publicKey: ownKey.spki }));
  const claim = { key: ownKey, deviceId: response.deviceId, deviceProof, reidentify: true };
  const own = await postEnrolment(server, claim);

  expect(own.response?.state).toBe(DeviceState.PENDING);
  expect(own.response?.deviceId).not.toBe(response.deviceId);
  expect(await rowOf(own.response?.deviceId ?? '')).toMatchObject({
    lifecycle: 'pending',
    clone_of: response.deviceId,
  });
  if (own.response === undefined) throw new Error('refused');
  const apart = await welcome(identityFrom(ownKey, own.response), 'boot-copy');
  expect(server.connections.isConnected(response.deviceId as DeviceId)).toBe(true);
  const second = await postEnrolment(server, claim);
  expect(second.problem?.code).toBe('rate_limited');
  back.agent.close();
  apart.agent.close();
});

test('EN-2: a key that was replaced is told that it is a copy, and vouches for a pending device alone', async () => {
  const { key, identity, response } = await anEnrolledMachine();
  const { agent } = await welcome(identity);
  const newKey = createDeviceKey();
  const proof = newKey.sign(signedBytes('rotate', response.deviceId, newKey.spki));
  agent.send({ case: 'keyRotation', value: create(KeyRotationSchema, { publicKey: newKey.spki, proof }) });
  await agent.next('keyRotationReply');

  const refused = await refusedHello(identity, 'boot-copy');
  const ownKey = createDeviceKey();
  const deviceProof = key.sign(enrolBytes({ token: '', publicKey: ownKey.spki }));
  const claim = { key: ownKey, deviceId: response.deviceId, deviceProof };
  const own = await postEnrolment(server, { ...claim, reidentify: true });

  expect(refused).toBe('clone');
  expect(own.response?.state).toBe(DeviceState.PENDING);
  expect(own.response?.deviceId).not.toBe(response.deviceId);
  expect(await rowOf(response.deviceId)).toMatchObject({ lifecycle: 'active' });
});

test('EN-2: nobody without the key of a device can pass as its copy', async () => {
  const { response } = await anEnrolledMachine();
  const key = createDeviceKey();
  const deviceProof = key.sign(enrolBytes({ token: '', publicKey: key.spki }));

  const outcome = await postEnrolment(server, {
    key,
    deviceId: response.deviceId,
    deviceProof,
    reidentify: true,
  });

  expect(outcome.problem?.code).toBe('forbidden');
});

test('EN-3: the token of a device rotates after 24 hours; the old one refuses nobody', async () => {
  const { identity } = await anEnrolledMachine();
  const first = await welcome(identity);
  expect(first.welcome.newToken).toBe('');
  first.agent.close();

  server.clock.advance(24 * HOUR_MS);
  const second = await welcome(identity);
  const outdated = await welcome(identity);

  expect(second.welcome.newToken).toStartWith('msd_');
  expect(outdated.welcome.newToken).toStartWith('msd_');
  expect(outdated.welcome.newToken).not.toBe(second.welcome.newToken);
  second.agent.close();
  outdated.agent.close();
});

test('EN-3: a device that proves its key with a wrong token is let in, and that is an event', async () => {
  const { identity, response } = await anEnrolledMachine();

  const { agent } = await welcome({ ...identity, deviceToken: 'msd_wrong' });

  const { rows } = await server.database.system('test', (tx) =>
    tx.execute<{ type: string }>(sql`select type from event_outbox where subject_id = ${response.deviceId}`),
  );
  expect(rows.map((row) => row.type)).toContain('device.token_mismatch');
  agent.close();
});

test('the secret of a token is stored nowhere', async () => {
  const { secret, token } = await aToken();

  const { rows } = await server.database.system('test', (tx) =>
    tx.execute<{ text: string; tags: string }>(
      sql`select t::text as text, jsonb_typeof(tags) as tags from enrolment_tokens t where id = ${token.id}`,
    ),
  );

  const random = secret.split('_').at(-1) ?? '';
  expect(rows[0]?.text).not.toContain(random);
  expect(rows[0]?.text).not.toContain(Buffer.from(random).toString('hex'));
  expect(rows[0]?.tags).toBe('object');
});

test('EN-1: a machine whose first answer was lost asks again with the same key and token, and is the same device', async () => {
  const { secret } = await aToken();
  const key = createDeviceKey();
  const lost = await postEnrolment(server, { key, token: secret });

  const again = await postEnrolment(server, { key, token: secret });

  expect(again.response).toMatchObject({ deviceId: lost.response?.deviceId, repaired: true });
  expect((await postEnrolment(server, { token: secret })).problem?.params.token).toBe('used_up');
});
