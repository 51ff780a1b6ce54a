import { signedBytes } from '@muster/contracts/wire';
import type { Identity } from '../identity/identity.ts';
import { decode } from '../wire/codec.ts';
import { KeyStatement } from '../wire/messages.gen.ts';

/** Verifies Ed25519 over the domain prefix and the body. `publicKey` is raw, 32 bytes. */
export async function verifyEd25519(
  domain: 'statement' | 'command',
  publicKey: Uint8Array<ArrayBuffer>,
  { body, signature }: { body: Uint8Array; signature: Uint8Array<ArrayBuffer> },
): Promise<boolean> {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const key = await crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify']);
  return crypto.subtle.verify('Ed25519', key, signature, signedBytes(domain, body));
}

/**
 * The key statements that this agent believes: each signed by the pinned root key and made for this installation. Throws
 * when one is not: a server that shows a forged statement is not the one this machine was enrolled with.
 */
export async function readStatements(
  identity: Pick<Identity, 'installationId' | 'rootPublicKey' | 'statements'>,
): Promise<KeyStatement[]> {
  const root = Uint8Array.fromBase64(identity.rootPublicKey);
  const statements: KeyStatement[] = [];
  for (const stored of identity.statements) {
    const body = Uint8Array.fromBase64(stored.body);
    const signature = Uint8Array.fromBase64(stored.signature);
    if (!(await verifyEd25519('statement', root, { body, signature }))) {
      throw new Error('a key statement of the server is not signed by the root key that this machine knows');
    }
    const statement = decode(KeyStatement, body);
    if (statement.installationId !== identity.installationId) {
      throw new Error('a key statement of the server was made for another installation');
    }
    statements.push(statement);
  }
  return statements;
}

/** The newest statement for each key of a purpose; a key whose epoch is below the newest is out of use. */
export function keysFor(purpose: string, statements: readonly KeyStatement[]): Map<string, KeyStatement> {
  const ours = statements.filter((statement) => statement.purpose === purpose);
  const newest = ours.reduce((epoch, statement) => Math.max(epoch, statement.epoch), 0);
  return new Map(
    ours.filter(({ epoch }) => epoch === newest).map((statement) => [statement.keyId, statement]),
  );
}
