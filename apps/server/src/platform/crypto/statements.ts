import { createHash, type KeyObject } from 'node:crypto';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  type KeyStatement,
  KeyStatementSchema,
  type SignedStatement,
  SignedStatementSchema,
  signedBytes,
} from '@muster/contracts/wire';
import { signEd25519, verifyEd25519 } from './signatures.ts';

/** What the root key says: which key may do what, from which epoch on. */
export type Statement = Pick<KeyStatement, 'installationId' | 'keyId' | 'purpose' | 'epoch'> &
  Partial<Pick<KeyStatement, 'publicKey' | 'gateways'>> & {
    readonly issuedAt: Date;
  };

/** Signs a statement by the root key. */
export function signStatement(root: KeyObject, statement: Statement): SignedStatement {
  const { issuedAt, ...fields } = statement;
  const body = toBinary(
    KeyStatementSchema,
    create(KeyStatementSchema, { ...fields, issuedAtMs: BigInt(issuedAt.getTime()) }),
  );
  return create(SignedStatementSchema, {
    body,
    signature: signEd25519(root, signedBytes('statement', body)),
  });
}

/** The statement inside when the root key signed it; undefined otherwise. */
export function readStatement(rootPublicKey: Uint8Array, signed: SignedStatement): KeyStatement | undefined {
  if (!verifyEd25519(rootPublicKey, signedBytes('statement', signed.body), signed.signature))
    return undefined;
  return fromBinary(KeyStatementSchema, signed.body);
}

/** A key's name: the purpose and the first 8 bytes of the SHA-256 of its public half. */
export function keyIdOf(purpose: string, publicKey: Uint8Array): string {
  return `${purpose}-${createHash('sha256').update(publicKey).digest('hex').slice(0, 16)}`;
}
