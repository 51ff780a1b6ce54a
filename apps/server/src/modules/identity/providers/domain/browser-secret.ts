import { createHash, createHmac, randomBytes } from 'node:crypto';

/**
 * What ties a sign-in to one browser: a random secret in a cookie. Nonce and PKCE verifier are made from it for each
 * state anew, so the server keeps hashes alone and a copy of the database finishes nobody's sign-in.
 */
export type BrowserSecret = string;

const SHAPE = /^[\w-]{43}$/;

/** The secret that the cookie holds, or a new one: several tabs share it. */
export function browserSecretOf(cookie: string | undefined): BrowserSecret {
  return cookie && SHAPE.test(cookie) ? cookie : randomBytes(32).toString('base64url');
}

/** What a sign-in under way is known by. */
export function newState(): string {
  return randomBytes(32).toString('base64url');
}

/** The nonce of the sign-in with this state. */
export function nonceOf(secret: BrowserSecret, state: string): string {
  return createHmac('sha256', secret).update(`nonce ${state}`).digest('base64url');
}

/** The PKCE verifier of the sign-in with this state. */
export function verifierOf(secret: BrowserSecret, state: string): string {
  return createHmac('sha256', secret).update(`verifier ${state}`).digest('base64url');
}

/** What is kept of secret and state. */
export function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
