import { createPublicKey } from 'node:crypto';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { MusterError } from '@muster/contracts';
import { type SignedStatement, SignedStatementSchema } from '@muster/contracts/wire';
import type { StoredTrust, TrustStore } from './material.ts';
import { parseRootKey, type RootKeyFile } from './root-key.ts';
import { ed25519PublicKey, importEd25519Seed } from './signatures.ts';
import { signStatement } from './statements.ts';

type Parts = {
  readonly stored: StoredTrust;
  readonly store: TrustStore;
  readonly rootKeyFile: RootKeyFile;
  readonly now: () => Date;
};

/** What the root key has signed: the keys, and the newest list of gateway addresses. */
export function createStatementList({ stored, store, rootKeyFile, now }: Parts) {
  const read = (bytes: Uint8Array) => fromBinary(SignedStatementSchema, bytes);
  const keys = stored.materials.flatMap(({ statement }) => (statement === null ? [] : [read(statement)]));
  const newest = stored.gateways.at(-1);
  let list: readonly SignedStatement[] = newest === undefined ? keys : [...keys, read(newest)];

  return {
    list: () => list,
    async publishGateways(addresses: readonly string[], given?: string): Promise<{ issuedAt: Date }> {
      const seed = given === undefined ? await rootKeyFile.read() : parseRootKey(given);
      const root = demandRootKey(seed, stored.rootPublicKey, given !== undefined);
      const issuedAt = now();
      const statement = signStatement(root, {
        installationId: stored.installationId,
        keyId: `gateways-${issuedAt.getTime()}`,
        purpose: 'gateways',
        epoch: stored.epoch,
        gateways: [...addresses],
        issuedAt,
      });
      await store.addGateways(
        issuedAt,
        toBinary(SignedStatementSchema, create(SignedStatementSchema, statement)),
      );
      list = [...keys, statement];
      return { issuedAt };
    },
  };
}

function demandRootKey(seed: Uint8Array | undefined, rootPublicKey: Uint8Array, isGiven: boolean) {
  if (seed === undefined && !isGiven) {
    throw new MusterError(
      'precondition_failed',
      'The root key is not on this server, and only it can change where agents dial. Give it with the request; it is not kept.',
    );
  }
  const key = seed && importEd25519Seed(seed);
  const isOurs = key && ed25519PublicKey(rootPublicKey).equals(createPublicKey(key));
  if (!key || !isOurs)
    throw new MusterError('invalid_input', 'This is not the root key of this installation.');
  return key;
}
