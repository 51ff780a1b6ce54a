import { createHash, randomBytes } from 'node:crypto';

const BYTES = 32;

/** A new secret; the prefix lets scanners of leaked secrets know it. */
export function newSecret(prefix: 'mst' | 'setup'): string {
  return `${prefix}_${randomBytes(BYTES).toString('base64url')}`;
}

/** What is kept of a secret. 256 random bits need no salt and no slowness. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
