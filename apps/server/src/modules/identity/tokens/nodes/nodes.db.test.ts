import { afterAll, beforeAll, expect, test } from 'bun:test';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiKey, DeviceId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import { aCast, type Cast, type Tenant } from '../../../../testing/cast.ts';

type Made = { readonly key: ApiKey; readonly secret: string };

const folder = mkdtempSync(join(tmpdir(), 'muster-node-'));
/** Keys and signatures are those of OpenSSL: a node that is none of ours. */
const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder });
let cast: Cast;
let tenant: Tenant;
let [deviceId, other]: DeviceId[] = [];
let session: string;
beforeAll(async () => {
  cast = await aCast();
  tenant = await cast.aTenant('acme');
  [deviceId, other] = [await cast.aDevice(tenant), await cast.aDevice(tenant)];
  session = await cast.signIn(await cast.aPerson('Maker', 'operator', { orgId: tenant.orgId }));
  for (const node of ['node', 'stranger']) {
    openssl('genpkey', '-algorithm', 'ed25519', '-out', `${node}.key`);
    openssl('pkey', '-in', `${node}.key`, '-pubout', '-out', `${node}.pem`);
  }
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await cast.stop();
});

const pem = () => openssl('pkey', '-in', 'node.key', '-pubout').toString();
const ask = (input: object) =>
  cast.call(session, 'POST', '/api-keys', { name: 'node', deviceId, publicKey: pem(), ...input });
async function aKey(input: object = {}): Promise<Made> {
  const answer = await ask(input);
  expect(answer.status).toBe(201);
  return answer.body as Made;
}
async function challenge(key: string): Promise<string> {
  const answer = await cast.call(undefined, 'POST', '/auth/node/challenge', { key });
  expect(answer.status).toBe(200);
  return (answer.body as { message: string }).message;
}
function sign(message: string, by = 'node'): string {
  writeFileSync(join(folder, 'message'), message);
  const args = ['pkeyutl', '-sign', '-rawin', '-in', 'message', '-inkey', `${by}.key`];
  return openssl(...args).toString('base64');
}
const admit = (key: string, signature: string) =>
  cast.call(undefined, 'POST', '/auth/node/token', { key, signature });
async function signIn(key: string): Promise<string> {
  const answer = await admit(key, sign(await challenge(key)));
  expect(answer.status).toBe(200);
  return (answer.body as { accessToken: string }).accessToken;
}
const statusOf = async (token: string, path: string) => (await cast.call(token, 'GET', path)).status;

test('EN-4: a foreign node signs a challenge with Ed25519, and then speaks for its device alone', async () => {
  const { key, secret } = await aKey();
  expect(Buffer.from(key.publicKey ?? '', 'base64')).toHaveLength(32);
  const token = await signIn(secret);

  expect(await statusOf(token, `/devices/${deviceId}`)).toBe(200);
  expect(await statusOf(token, `/devices/${other}`)).toBe(404);
  const checkIn = (agentId: DeviceId | undefined) =>
    fetch(`${cast.running.url}/sentpulse.v1.AgentService/CheckIn`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ agentId }),
    });
  expect([(await checkIn(deviceId)).status, (await checkIn(other)).status]).toEqual([200, 404]);
  expect((await cast.call(token, 'POST', '/auth/token', {})).status).toBe(403);
  expect((await cast.call(token, 'POST', '/api-keys', { name: 'child' })).status).toBe(403);
});

test('EN-4: the secret of such a key opens nothing without a signature', async () => {
  const { secret } = await aKey();
  const answer = await cast.call(secret, 'GET', `/devices/${deviceId}`);

  expect(answer.status).toBe(401);
  expect(JSON.stringify(answer.body)).toContain('/auth/node/challenge');
});

test('EN-4: a challenge counts once, for a minute, for its own key, signed by the key that was given', async () => {
  const { key, secret } = await aKey();
  const replayed = sign(await challenge(secret));
  expect((await admit(secret, replayed)).status).toBe(200);
  expect((await admit(secret, replayed)).status).toBe(401);

  const message = await challenge(secret);
  expect((await admit(secret, sign(message, 'stranger'))).status).toBe(401);
  expect((await admit(secret, sign(message))).status).toBe(401);

  const ofAnother = sign(await challenge((await aKey()).secret));
  await challenge(secret);
  expect((await admit(secret, ofAnother)).status).toBe(401);

  const late = sign(await challenge(secret));
  await cast.database.system('test', (tx) =>
    tx.execute(
      sql`update api_keys set challenge_at = challenge_at - interval '1 minute' where id = ${key.id}`,
    ),
  );
  expect((await admit(secret, late)).status).toBe(401);
  const replaced = sign(await challenge(secret));
  await challenge(secret);
  expect((await admit(secret, replaced)).status).toBe(401);
});

test('EN-4: of two answers to one challenge at once, one counts', async () => {
  const { secret } = await aKey();
  const signature = sign(await challenge(secret));
  const answers = await Promise.all([admit(secret, signature), admit(secret, signature)]);

  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401]);
});

test('EN-4: a token of a node dies with its key, and with the rights of who made it', async () => {
  const { key, secret } = await aKey();
  const waiting = sign(await challenge(secret));
  const token = await signIn(secret);
  expect((await cast.call(session, 'DELETE', `/api-keys/${key.id}`)).status).toBe(200);

  expect(await statusOf(token, `/devices/${deviceId}`)).toBe(401);
  expect((await admit(secret, waiting)).status).toBe(401);
  expect((await cast.call(undefined, 'POST', '/auth/node/challenge', { key: secret })).status).toBe(401);
});

test('EN-4: keys are taken as PEM and in base64; what is no Ed25519 key, or has no device, is refused', async () => {
  const der = openssl('pkey', '-in', 'node.key', '-pubout', '-outform', 'DER');
  const keys = await Promise.all([
    aKey(),
    aKey({ publicKey: der.toString('base64') }),
    aKey({ publicKey: der.subarray(12).toString('base64url') }),
  ]);
  expect(new Set(keys.map(({ key }) => key.publicKey)).size).toBe(1);

  openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'ec.key');
  const ec = openssl('pkey', '-in', 'ec.key', '-pubout').toString();
  for (const publicKey of [ec, 'AAAA', '', 'not base64 at all!', `${pem()}${pem()}`]) {
    const answer = await ask({ publicKey });
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toContain('Ed25519');
  }
  expect((await ask({ deviceId: null })).status).toBe(400);
  const plain = await aKey({ publicKey: null });
  expect((await cast.call(undefined, 'POST', '/auth/node/challenge', { key: plain.secret })).status).toBe(
    401,
  );
});
