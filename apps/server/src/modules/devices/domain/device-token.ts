import { createHash, timingSafeEqual } from 'node:crypto';

/** A token lives this long before the next one is handed out (EN-3). */
export const DEVICE_TOKEN_ROTATION_MS = 24 * 3_600_000;

/** What the registry keeps of a device's tokens: SHA-256 of the newest and of the one before. */
export type StoredDeviceToken = {
  readonly hash: Uint8Array | null;
  readonly previousHash: Uint8Array | null;
  readonly rotatedAt: Date | null;
};

/**
 * current: the newest. outdated: the one before, which refuses nobody (its successor may have been lost on the way).
 * wrong: neither; the key proved the device, so it is let in, but somebody should know.
 */
export type DeviceTokenVerdict = 'current' | 'outdated' | 'wrong';

/** What to say of the token in a hello. `rotate`: hand out a new one with the next reply. */
export function judgeDeviceToken(
  stored: StoredDeviceToken,
  presented: string,
  now: Date,
): { readonly verdict: DeviceTokenVerdict; readonly rotate: boolean } {
  const hash = hashDeviceToken(presented);
  if (isSame(stored.hash, hash)) return { verdict: 'current', rotate: isRotationDue(stored.rotatedAt, now) };
  return { verdict: isSame(stored.previousHash, hash) ? 'outdated' : 'wrong', rotate: true };
}

/** Whether 24 hours have passed since the newest token was made, or it was made by a clock that ran a day ahead. */
export function isRotationDue(rotatedAt: Date | null, now: Date): boolean {
  return rotatedAt === null || Math.abs(now.getTime() - rotatedAt.getTime()) >= DEVICE_TOKEN_ROTATION_MS;
}

/** A new token: 192 bits of chance under a prefix that names it in a leak. */
export function createDeviceToken(): string {
  return `msd_${Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString('base64url')}`;
}

/** SHA-256 of a token; the token has enough chance in it that no slow hash is needed. */
export function hashDeviceToken(token: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(token).digest());
}

function isSame(stored: Uint8Array | null, hash: Uint8Array): boolean {
  return stored !== null && stored.length === hash.length && timingSafeEqual(stored, hash);
}
