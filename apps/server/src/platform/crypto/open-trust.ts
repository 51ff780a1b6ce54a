import { join } from 'node:path';
import { consoleServerName, signedBytes } from '@muster/contracts/wire';
import {
  type CertifiedKey,
  certificatePem,
  issueDeviceCertificate,
  privateKeyPem,
  publicKeyPin,
  selfSignedServerCertificate,
} from './certificates.ts';
import { createAuditKey, createMaterial } from './create-material.ts';
import { advanceGeneration } from './generation.ts';
import { createKeyFile, keyFileOf, readKeyFile } from './key-file.ts';
import type { Material, MaterialName, StoredTrust, TrustStore } from './material.ts';
import { createRootKeyFile, type RootKeyFile } from './root-key.ts';
import { createSealer, SealBroken, type Sealer } from './sealing.ts';
import { importEd25519Seed, signEd25519 } from './signatures.ts';
import { createStatementList } from './statement-list.ts';
import { keyIdOf } from './statements.ts';
import type { Signer, Trust } from './trust.ts';

/** Where trust is kept and found. `keyFile` defaults to keys/sealing.key in the data folder. */
export type TrustDeps = {
  readonly store: TrustStore;
  readonly dataDir: string;
  readonly keyFile?: string | undefined;
  readonly now: () => Date;
};

/**
 * Opens the installation's trust, or makes it at the first start. Throws SealBroken with a sentence for the operator when
 * the database has sealed keys and the key file is missing or another one: nothing is made anew over them.
 */
export async function openTrust(deps: TrustDeps): Promise<Trust> {
  const keyFile = keyFileOf(deps.dataDir, deps.keyFile);
  const rootKeyFile = createRootKeyFile(join(deps.dataDir, 'root.key'));
  const { stored, sealer } = await openOrCreate(deps, keyFile, rootKeyFile);
  const advanced = await advanceGeneration(deps.store, join(deps.dataDir, 'keys', 'generation'), stored);
  return buildTrust({
    stored: { ...stored, ...advanced },
    sealer,
    rootKeyFile,
    store: deps.store,
    now: deps.now,
  });
}

async function openOrCreate(deps: TrustDeps, keyFile: string, rootKeyFile: RootKeyFile) {
  const found = await deps.store.load();
  const keys = await readKeyFile(keyFile);
  if (found !== undefined) {
    if (keys === undefined) {
      throw new SealBroken(
        `The database holds sealed keys, but the key file ${keyFile} is missing. Put it back from your backup, or name it with MUSTER_KEY_FILE.`,
      );
    }
    const sealer = createSealer(...keys);
    return { stored: await withAuditKey(deps.store, found, sealer), sealer };
  }
  const sealer = createSealer(...(keys ?? [await createKeyFile(keyFile)]));
  const { stored, rootSeed } = await createMaterial(sealer, deps.now());
  // The file first: a crash between the two leaves a root key without an installation, never the reverse.
  await rootKeyFile.write(rootSeed);
  if (!(await deps.store.create(stored))) {
    await rootKeyFile.take();
    throw new SealBroken(
      'Another server is starting on this database at the same moment. Start this one again.',
    );
  }
  return { stored, sealer };
}

/** Installations from before the audit log get its key now. */
async function withAuditKey(store: TrustStore, stored: StoredTrust, sealer: Sealer): Promise<StoredTrust> {
  if (stored.materials.some(({ name }) => name === 'audit')) return stored;
  // Nothing is sealed under a key file that is not the right one.
  for (const { name, sealed } of stored.materials) sealer.open(name, sealed);
  await store.addMaterial(createAuditKey(sealer));
  return (await store.load()) ?? stored;
}

type Parts = {
  readonly stored: StoredTrust;
  readonly sealer: Sealer;
  readonly rootKeyFile: RootKeyFile;
  readonly store: TrustStore;
  readonly now: () => Date;
};

function buildTrust({ stored, sealer, rootKeyFile, store, now }: Parts): Trust {
  const material = (name: MaterialName): Material => {
    const found = stored.materials.find((one) => one.name === name);
    if (found === undefined) throw new SealBroken(`the database lacks the installation's ${name} key`);
    return found;
  };
  const secret = (name: MaterialName) => sealer.open(name, material(name).sealed);
  const deviceCa: CertifiedKey = { key: secret('device-ca'), certificate: material('device-ca').open };
  const consoleKey = secret('console');
  const signer = createSigner(material('command').open, secret('command'), stored.epoch);

  const auditKey = importEd25519Seed(secret('audit'));

  const statements = createStatementList({ stored, store, rootKeyFile, now });

  return {
    installationId: stored.installationId,
    rootPublicKey: stored.rootPublicKey,
    serverCa: material('server-ca').open,
    deviceCa: deviceCa.certificate,
    get keys() {
      return statements.list();
    },
    signer,
    auditKey: { publicKey: material('audit').open, sign: (bytes) => signEd25519(auditKey, bytes) },
    gatewayTls: {
      key: privateKeyPem(secret('gateway')),
      cert: certificatePem(material('gateway').open) + certificatePem(material('server-ca').open),
    },
    async consoleTls(addresses) {
      const names = { name: consoleServerName(stored.installationId), further: addresses };
      const certificate = await selfSignedServerCertificate(consoleKey, names);
      return {
        key: privateKeyPem(consoleKey),
        cert: certificatePem(certificate),
        pin: publicKeyPin(certificate),
        names,
      };
    },
    issueDeviceCertificate: (deviceId, publicKey) =>
      issueDeviceCertificate(deviceCa, { deviceId, installationId: stored.installationId }, publicKey),
    takeRootKey: () => rootKeyFile.take(),
    publishGateways: (addresses, rootKey) => statements.publishGateways(addresses, rootKey),
    warnings: () => rootKeyFile.warnings(),
    async raiseEpoch(seen) {
      const next = Math.max(signer.epoch, seen) + 1;
      const { epoch } = await store.advance({ epoch: next, generation: stored.generation });
      signer.epoch = epoch;
      return epoch;
    },
    seal: sealer.seal,
    open: sealer.open,
  };
}

function createSigner(publicKey: Uint8Array, seed: Uint8Array, epoch: number) {
  const key = importEd25519Seed(seed);
  const keyId = keyIdOf('command', publicKey);
  return {
    epoch,
    async signCommand(body) {
      return { keyId, signature: signEd25519(key, signedBytes('command', body)) };
    },
  } satisfies Signer as { epoch: number } & Signer;
}
