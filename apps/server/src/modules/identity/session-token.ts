import { createHash, randomBytes } from 'node:crypto';

const BYTES = 32;
const KEY_MARK = 'msk_';

/** A new secret; the prefix lets scanners of leaked secrets know it. */
export function newSecret(prefix: 'mst' | 'setup' | 'link' | 'mtk' | 'mrt' | 'mdc'): string {
  return `${prefix}_${randomBytes(BYTES).toString('base64url')}`;
}

/** A new API key: what people know it by, and the whole of it. */
export function newKeySecret(): { prefix: string; secret: string } {
  const prefix = `${KEY_MARK}${randomBytes(6).toString('hex')}`;
  return { prefix, secret: `${prefix}_${randomBytes(BYTES).toString('base64url')}` };
}

/** Whether a bearer token is an API key rather than a session. */
export function isKeySecret(token: string): boolean {
  return token.startsWith(KEY_MARK);
}

/** What is kept of a secret. 256 random bits need no salt and no slowness. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
