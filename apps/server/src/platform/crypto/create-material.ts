import { create, toBinary } from '@bufbuild/protobuf';
import { gatewayServerName, SignedStatementSchema } from '@muster/contracts/wire';
import { createAuthority, createPrivateP256, issueServerCertificate } from './certificates.ts';
import type { Material, MaterialName, StoredTrust } from './material.ts';
import type { Sealer } from './sealing.ts';
import { createEd25519, importEd25519Seed } from './signatures.ts';
import { keyIdOf, signStatement } from './statements.ts';

/** Everything a new installation needs: two authorities, the listeners' keys, root, command and update keys. */
export async function createMaterial(
  sealer: Sealer,
  now: Date,
): Promise<{ stored: StoredTrust; rootSeed: Uint8Array }> {
  const installationId = Bun.randomUUIDv7();
  const organisation = installationId;
  const serverCa = await createAuthority({ commonName: 'Muster server CA', organisation });
  const deviceCa = await createAuthority({ commonName: 'Muster device CA', organisation });
  const gateway = await issueServerCertificate(serverCa, gatewayServerName(installationId));
  const root = createEd25519();
  const rootKey = importEd25519Seed(root.seed);

  const certified = (name: MaterialName, pair: { key: Uint8Array; certificate: Uint8Array }): Material => ({
    name,
    open: pair.certificate,
    sealed: sealer.seal(name, pair.key),
    statement: null,
  });
  const signing = (purpose: 'command' | 'update'): Material => {
    const pair = createEd25519();
    const keyId = keyIdOf(purpose, pair.publicKey);
    const fields = { installationId, keyId, purpose, publicKey: pair.publicKey, epoch: 1, issuedAt: now };
    const statement = toBinary(
      SignedStatementSchema,
      create(SignedStatementSchema, signStatement(rootKey, fields)),
    );
    return { name: purpose, open: pair.publicKey, sealed: sealer.seal(purpose, pair.seed), statement };
  };
  const materials = [
    certified('server-ca', serverCa),
    certified('device-ca', deviceCa),
    certified('gateway', gateway),
    // The console's certificate follows its addresses and is made at each start; only the key stays.
    certified('console', { key: await createPrivateP256(), certificate: new Uint8Array() }),
    signing('command'),
    signing('update'),
    createAuditKey(sealer),
  ];
  const stored = {
    installationId,
    rootPublicKey: root.publicKey,
    epoch: 1,
    generation: 0,
    materials,
    gateways: [],
  };
  return { stored, rootSeed: root.seed };
}

/** The key that signs checkpoints of the audit logs. Auditors note it with their first checkpoint; agents never see it. */
export function createAuditKey(sealer: Sealer): Material {
  const { publicKey, seed } = createEd25519();
  return { name: 'audit', open: publicKey, sealed: sealer.seal('audit', seed), statement: null };
}
