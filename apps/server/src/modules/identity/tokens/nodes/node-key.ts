import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { MusterError } from '@muster/contracts';

/** What stands before the 32 bytes of an Ed25519 key in its SubjectPublicKeyInfo (RFC 8410). */
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');
const KEY_BYTES = 32;

/** The 32 bytes of an Ed25519 public key that somebody wrote as PEM, or in base64 with or without its envelope. */
export function readNodeKey(text: string): Buffer {
  const body = text.replace(/-----(BEGIN|END) PUBLIC KEY-----/g, '').replace(/\s+/g, '');
  const bytes = Buffer.from(body, 'base64');
  const isWrapped = bytes.length === SPKI_HEAD.length + KEY_BYTES && bytes.indexOf(SPKI_HEAD) === 0;
  const raw = isWrapped ? bytes.subarray(SPKI_HEAD.length) : bytes;
  if (raw.length !== KEY_BYTES || !/^[\w+/-]+={0,2}$/.test(body))
    throw new MusterError(
      'invalid_input',
      'publicKey is no Ed25519 public key: give its PEM, or its 32 bytes in base64 (openssl pkey -pubout).',
      { field: 'publicKey' },
    );
  return raw;
}

/** Whether the holder of the private half signed `message`; `signature` is base64 of 64 bytes. */
export function isSignedByNode(publicKey: Buffer, message: string, signature: string): boolean {
  return verify(null, Buffer.from(message), keyObject(publicKey), Buffer.from(signature, 'base64'));
}

/** What a node signs. It names its purpose, the installation and the key: a signature serves nowhere else. */
export function nodeMessage(
  installationId: string,
  { keyId, challenge }: { readonly keyId: string; readonly challenge: string },
): string {
  return `muster-node-sign-in-v1\n${installationId}\n${keyId}\n${challenge}\n`;
}

function keyObject(publicKey: Buffer): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI_HEAD, publicKey]), format: 'der', type: 'spki' });
}
