import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SignedStatement } from '@muster/contracts/wire';
import { createPair, Signer } from '../testing/signer.ts';
import { IdentityStore, storedStatement } from './identity.ts';
import { StateFolder } from './state-folder.ts';
import { Trust } from './trust.ts';

let path: string;
let signer: Signer;
beforeAll(async () => {
  path = mkdtempSync(join(tmpdir(), 'muster-trust-'));
  signer = await Signer.create('installation-1');
});
afterAll(() => rmSync(path, { recursive: true, force: true }));

const log = { say: () => undefined, warn: () => undefined } as never;

async function trustOf(statements: readonly SignedStatement[]) {
  const store = IdentityStore.write(new StateFolder(path), {
    enrolment: crypto.randomUUID(),
    deviceId: 'device-1',
    installationId: signer.installationId,
    serverName: '',
    deviceCertificate: '',
    serverCa: '',
    rootPublicKey: signer.root.publicKey.toBase64(),
    statements: statements.map((one) => storedStatement({ ...one } as never)),
    gateways: ['enrolled:8443'],
    deviceToken: '',
    clockOffsetMs: 0,
  });
  return { store, trust: await Trust.read(store, log) };
}
const gateways = (number: number) =>
  signer.statement({
    purpose: 'gateways',
    keyId: `gateways-${number}`,
    publicKey: new Uint8Array(),
    gateways: [`gateway-${number}:8443`],
    issuedAtMs: BigInt(1_000 + number),
  });
const learn = (trust: Trust, all: readonly SignedStatement[]) =>
  trust.learn(all as unknown as Parameters<Trust['learn']>[0]);

test('foundations 1: whoever shows every statement that was ever signed brings no key back and drives none out', async () => {
  const retired = await signer.statement({ keyId: 'command-0', publicKey: (await createPair()).publicKey });
  const current = await signer.statement({ epoch: 2 });
  const { store, trust } = await trustOf([retired]);
  await learn(trust, [current, await gateways(50)]);

  await learn(trust, await Promise.all(Array.from({ length: 40 }, (_, number) => gateways(number))));
  await learn(trust, [retired]);

  expect(trust.statements.map(({ keyId }) => keyId).sort()).toEqual(['command-1', 'gateways-50']);
  expect(trust.gateways).toEqual(['gateway-50:8443']);
  const again = await Trust.read(IdentityStore.read(store.folder) as IdentityStore, log);
  expect(again.statements.map(({ keyId }) => keyId).sort()).toEqual(['command-1', 'gateways-50']);
});

test('two keys of one epoch are both believed, and a statement by another root key is not', async () => {
  const second = await signer.statement({ keyId: 'command-2', publicKey: (await createPair()).publicKey });
  const forged = await signer.statement({ keyId: 'command-9', epoch: 9 }, await createPair());
  const { trust } = await trustOf([await signer.statement()]);

  await learn(trust, [second, forged]);

  expect(trust.statements.map(({ keyId }) => keyId)).toEqual(['command-1', 'command-2']);
});
