import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTrust } from './open-trust.ts';
import { parseRootKey } from './root-key.ts';
import { createSealer, SealBroken } from './sealing.ts';
import { isP256PublicKey, verifyEd25519, verifyP256 } from './signatures.ts';
import { readStatement } from './statements.ts';
import { createDeviceKey } from './testing/device-key.ts';
import { createMemoryTrustStore } from './testing/memory-trust-store.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'muster-trust-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const open = (store = createMemoryTrustStore()) => openTrust({ store, dataDir, now: () => new Date() });

test('a second start has the same installation, authorities and pin', async () => {
  const store = createMemoryTrustStore();
  const first = await open(store);

  const second = await open(store);

  expect(second.installationId).toBe(first.installationId);
  expect(second.serverCa).toEqual(first.serverCa);
  expect((await second.consoleTls([])).pin).toBe((await first.consoleTls([])).pin);
  expect(second.signer.epoch).toBe(1);
});

test('no private key lies in the database unsealed, and key files are for their owner alone', async () => {
  const store = createMemoryTrustStore();
  const trust = await open(store);
  const root = parseRootKey(await Bun.file(join(dataDir, 'root.key')).text());

  const stored = Buffer.concat((store.stored?.materials ?? []).flatMap((one) => [one.open, one.sealed]));

  expect(stored.includes(Buffer.from('0201010420', 'hex'))).toBe(false);
  expect(root).toHaveLength(32);
  expect(stored.includes(root ?? new Uint8Array([0]))).toBe(false);
  expect(trust.gatewayTls.key).toContain('PRIVATE KEY');
  for (const file of ['root.key', 'keys/sealing.key', 'keys/generation']) {
    expect((await stat(join(dataDir, file))).mode & 0o777).toBe(0o600);
  }
});

test('the root key is shown once, and the warning stands until it is taken', async () => {
  const trust = await open();
  expect((await trust.warnings()).map((warning) => warning.code)).toEqual(['root_key_on_server']);

  const shown = await trust.takeRootKey();

  expect(parseRootKey(shown ?? '')).toHaveLength(32);
  expect(await trust.takeRootKey()).toBeUndefined();
  expect(await trust.warnings()).toEqual([]);
  expect(await readdir(dataDir)).toEqual(['keys']);
});

test('the root key certifies the command and update keys; a changed statement is worth nothing', async () => {
  const trust = await open();

  const statements = trust.keys.map((signed) => readStatement(trust.rootPublicKey, signed));

  expect(statements.map((statement) => statement?.purpose).sort()).toEqual(['command', 'update']);
  for (const signed of trust.keys) {
    const body = Uint8Array.from(signed.body, (byte, at) =>
      at === signed.body.length - 1 ? byte ^ 1 : byte,
    );
    expect(readStatement(trust.rootPublicKey, { ...signed, body })).toBeUndefined();
  }
});

test('the root key signs where agents dial; from its file, or given once it was taken away', async () => {
  const store = createMemoryTrustStore();
  const trust = await open(store);
  const listed = async () =>
    (await open(store)).keys
      .map((signed) => readStatement(trust.rootPublicKey, signed))
      .find((statement) => statement?.purpose === 'gateways')?.gateways;

  await trust.publishGateways(['old.example:8443', 'new.example:8443']);
  expect(await listed()).toEqual(['old.example:8443', 'new.example:8443']);
  const rootKey = (await trust.takeRootKey()) ?? '';
  await expect(trust.publishGateways(['x:1'])).rejects.toThrow('The root key is not on this server');
  const another = `${rootKey.slice(0, -4)}AAAA`;
  await expect(trust.publishGateways(['x:1'], another)).rejects.toThrow('not the root key');
  await expect(trust.publishGateways(['x:1'], 'nonsense')).rejects.toThrow('not the root key');
  await trust.publishGateways(['new.example:8443'], rootKey);

  expect(await listed()).toEqual(['new.example:8443']);
  expect(trust.keys).toHaveLength(3);
  expect(await Bun.file(join(dataDir, 'root.key')).exists()).toBe(false);
});

test('a missing or foreign key file stops the start with a sentence and changes nothing', async () => {
  const store = createMemoryTrustStore();
  await open(store);
  const before = store.stored;
  const keyFile = join(dataDir, 'keys', 'sealing.key');

  await rm(keyFile);
  await expect(open(store)).rejects.toThrow(/is missing. Put it back/);
  await Bun.write(keyFile, Buffer.alloc(32, 7).toString('base64'));
  await expect(open(store)).rejects.toThrow(SealBroken);
  expect(store.stored?.materials).toEqual(before?.materials ?? []);
});

test('a database put back from an older copy raises the epoch', async () => {
  const store = createMemoryTrustStore();
  await open(store);
  const copy = store.stored;
  await open(store);
  store.stored = copy;

  const restored = await open(store);

  expect(restored.signer.epoch).toBe(2);
  expect((await open(store)).signer.epoch).toBe(2);
});

test('a device that knows later commands raises the epoch above what it has seen', async () => {
  const store = createMemoryTrustStore();
  const trust = await open(store);

  expect(await trust.raiseEpoch(4)).toBe(5);
  expect(trust.signer.epoch).toBe(5);
  expect((await open(store)).signer.epoch).toBe(5);
});

test('a sealed value opens only unchanged, under its own purpose and key', () => {
  const sealer = createSealer(new Uint8Array(32).fill(1));
  const sealed = sealer.seal('smtp', new TextEncoder().encode('secret'));

  expect(new TextDecoder().decode(sealer.open('smtp', sealed))).toBe('secret');
  expect(() => sealer.open('ldap', sealed)).toThrow(SealBroken);
  expect(() => createSealer(new Uint8Array(32).fill(2)).open('smtp', sealed)).toThrow(SealBroken);
  for (let at = 0; at < sealed.length; at++) {
    const changed = sealed.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => sealer.open('smtp', changed)).toThrow(SealBroken);
  }
});

test('only a public key on P-256 counts as one, and malformed signatures are false, never a throw', () => {
  const key = createDeviceKey();
  const bytes = new Uint8Array([1, 2, 3]);
  const offCurve = key.spki.slice();
  offCurve[80] = (offCurve[80] ?? 0) ^ 1;

  expect(isP256PublicKey(key.spki)).toBe(true);
  expect(isP256PublicKey(offCurve)).toBe(false);
  expect(isP256PublicKey(key.spki.slice(1))).toBe(false);
  expect(verifyP256(key.spki, bytes, key.sign(bytes))).toBe(true);
  expect(verifyP256(createDeviceKey().spki, bytes, key.sign(bytes))).toBe(false);
  expect(verifyP256(key.spki, bytes, new Uint8Array(64))).toBe(false);
  expect(verifyP256(key.spki, bytes, new Uint8Array(3))).toBe(false);
  expect(verifyP256(new Uint8Array(91), bytes, key.sign(bytes))).toBe(false);
});

test('an installation from before the audit log gets a key for it, once, and only with the right key file', async () => {
  const store = createMemoryTrustStore();
  await open(store);
  if (!store.stored) throw new Error('nothing was stored');
  const before = store.stored.materials.filter(({ name }) => name !== 'audit');
  store.stored = { ...store.stored, materials: before };

  const key = join(dataDir, 'keys', 'sealing.key');
  const right = await Bun.file(key).text();
  await Bun.write(key, Buffer.alloc(32, 7).toString('base64'));
  await expect(open(store)).rejects.toThrow(SealBroken);
  expect(store.stored.materials).toEqual(before);
  await Bun.write(key, right);
  const first = await open(store);
  const second = await open(store);

  const bytes = new TextEncoder().encode('a checkpoint');
  expect(verifyEd25519(second.auditKey.publicKey, bytes, first.auditKey.sign(bytes))).toBe(true);
});
