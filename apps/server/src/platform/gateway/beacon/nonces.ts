import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** A nonce is good for this long: longer than the slowest beacon interval, so that a reply's nonce serves the next. */
export const NONCE_LIFETIME_MS = 10 * 60_000;
const NONCE_BYTES = 32;
const SIGNED_BYTES = 16;

/**
 * Nonces for beacons, without remembering what was handed out: eight bytes of time, eight of chance, sixteen of HMAC
 * under a key that lives and dies with this process. Remembered is only which were used, for as long as they would
 * still be good; a restart makes all of them worthless.
 */
export function createNonces(now: () => number) {
  const key = randomBytes(32);
  // Two halves of the lifetime: when the newer one is full of time, the older is dropped whole.
  let used = new Set<string>();
  let usedBefore = new Set<string>();
  let turnedAt = now();

  const mac = (signed: Uint8Array) =>
    createHmac('sha256', key).update(signed).digest().subarray(0, SIGNED_BYTES);
  const turn = () => {
    if (now() - turnedAt < NONCE_LIFETIME_MS) return;
    usedBefore = used;
    used = new Set();
    turnedAt = now();
  };

  return {
    /** A fresh nonce of 32 bytes. */
    issue(): Uint8Array<ArrayBuffer> {
      const nonce = Buffer.alloc(NONCE_BYTES);
      nonce.writeBigUInt64BE(BigInt(now()), 0);
      randomBytes(8).copy(nonce, 8);
      mac(nonce.subarray(0, SIGNED_BYTES)).copy(nonce, SIGNED_BYTES);
      return new Uint8Array(nonce);
    },
    /** Whether we issued it, and it is still good and unused. Uses nothing up. */
    isGood(nonce: Uint8Array): boolean {
      if (nonce.length !== NONCE_BYTES) return false;
      const bytes = Buffer.from(nonce);
      if (!timingSafeEqual(mac(bytes.subarray(0, SIGNED_BYTES)), bytes.subarray(SIGNED_BYTES))) return false;
      const age = now() - Number(bytes.readBigUInt64BE(0));
      const name = nameOf(nonce);
      return age <= NONCE_LIFETIME_MS && !used.has(name) && !usedBefore.has(name);
    },
    /** Uses it up; false when it was used already. Only after the signature held: nobody burns another's nonce. */
    use(nonce: Uint8Array): boolean {
      turn();
      const name = nameOf(nonce);
      if (used.has(name) || usedBefore.has(name)) return false;
      used.add(name);
      return true;
    },
  };
}

/** See `createNonces`. */
export type Nonces = ReturnType<typeof createNonces>;

/** Sixteen characters of one byte each: the cheapest key that a Set can hold. */
function nameOf(nonce: Uint8Array): string {
  return Buffer.from(nonce.subarray(0, SIGNED_BYTES)).toString('latin1');
}
