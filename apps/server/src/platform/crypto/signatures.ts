import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';

/** SubjectPublicKeyInfo of P-256 is always these bytes, then the uncompressed point (0x04, x, y). */
const P256_SPKI_PREFIX = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex');
const P256_SPKI_BYTES = P256_SPKI_PREFIX.length + 65;
const ED25519_SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** Whether the bytes are the DER SubjectPublicKeyInfo of a point that lies on P-256. */
export function isP256PublicKey(spki: Uint8Array): boolean {
  if (spki.length !== P256_SPKI_BYTES) return false;
  const prefix = Buffer.from(spki.buffer, spki.byteOffset, P256_SPKI_PREFIX.length);
  return (
    prefix.equals(P256_SPKI_PREFIX) && spki[P256_SPKI_PREFIX.length] === 4 && importP256(spki) !== undefined
  );
}

/**
 * Whether `signature` (raw r||s, 64 bytes) over `bytes` was made with the key. False, never a throw, for anything
 * malformed. Synchronous on purpose: 37 µs here, less than a trip to a thread and back costs in memory per connection.
 */
export function verifyP256(spki: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64 || spki.length !== P256_SPKI_BYTES) return false;
  const key = importP256(spki);
  return key !== undefined && verify('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }, signature);
}

/** An Ed25519 pair: 32 bytes of public key, 32 bytes of seed. */
export type Ed25519Pair = { readonly publicKey: Uint8Array; readonly seed: Uint8Array };

/** A new Ed25519 pair. */
export function createEd25519(): Ed25519Pair {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32);
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  return { publicKey: new Uint8Array(raw), seed: new Uint8Array(seed) };
}

/** Signs with the Ed25519 seed; 64 bytes. */
export function signEd25519(key: KeyObject, bytes: Uint8Array): Uint8Array {
  return new Uint8Array(sign(null, bytes, key));
}

/** Private key object of an Ed25519 seed. */
export function importEd25519Seed(seed: Uint8Array): KeyObject {
  const prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
  return createPrivateKey({ key: Buffer.concat([prefix, seed]), format: 'der', type: 'pkcs8' });
}

/** Whether the Ed25519 signature holds under a raw public key of 32 bytes. */
export function verifyEd25519(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  return verify(null, bytes, ed25519PublicKey(publicKey), signature);
}

/** Public key object of 32 raw bytes. */
export function ed25519PublicKey(raw: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([ED25519_SPKI_PREFIX, raw]), format: 'der', type: 'spki' });
}

function importP256(spki: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}
