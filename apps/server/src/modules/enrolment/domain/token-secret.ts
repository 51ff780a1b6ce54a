import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** The part that finds the token; 12 lower-case characters, harmless to show. */
const HANDLE = /^[a-z2-7]{12}$/;
const SECRET = /^mst_([a-z2-7]{12})_[A-Za-z0-9_-]{27}$/;
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** A new enrolment secret `mst_<handle>_<160 bits of chance>`, and what is stored of it. */
export function createTokenSecret(): { secret: string; handle: string; hash: Uint8Array } {
  const handle = Array.from(randomBytes(12), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
  const secret = `mst_${handle}_${randomBytes(20).toString('base64url')}`;
  return { secret, handle, hash: hashTokenSecret(secret) };
}

/** The handle inside, or undefined when this was never a secret of ours. Spaces around it are forgiven. */
export function readTokenHandle(secret: string): string | undefined {
  const handle = SECRET.exec(secret.trim())?.[1];
  return handle !== undefined && HANDLE.test(handle) ? handle : undefined;
}

/** SHA-256; the secret has enough chance in it that no slow hash is needed. */
function hashTokenSecret(secret: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(secret.trim()).digest());
}

/** Whether the secret is the one that was stored. */
export function isTokenSecret(hash: Uint8Array, secret: string): boolean {
  const presented = hashTokenSecret(secret);
  return hash.length === presented.length && timingSafeEqual(hash, presented);
}
