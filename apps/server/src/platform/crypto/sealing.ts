import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** Values from before keys could change: no key id, and the purpose alone is bound. They open, nothing is sealed so. */
const UNNAMED = 1;
const VERSION = 2;
const KEY_ID_BYTES = 4;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** A sealed value that does not open: the key file is another one, or somebody changed the stored bytes. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

/**
 * Seals secrets with AES-256-GCM under a key that is kept outside the database. `purpose` is bound into the seal: a
 * value moved to another place does not open there. Layout: version, 4 bytes that name the key, 12 random bytes of
 * nonce, ciphertext, 16 bytes of tag; version and key name are bound too.
 */
export type Sealer = {
  readonly seal: (purpose: string, secret: Uint8Array) => Uint8Array;
  readonly open: (purpose: string, sealed: Uint8Array) => Uint8Array;
  /** What everything that is sealed under the newest key begins with. */
  readonly mark: Uint8Array;
};

/** Sealer over 32-byte keys: the newest seals, the older ones still open, which is so while a key is being changed. */
export function createSealer(newest: Uint8Array, ...older: readonly Uint8Array[]): Sealer {
  const keys = [newest, ...older].map((key) => {
    if (key.length !== KEY_BYTES)
      throw new SealBroken(`a sealing key has ${KEY_BYTES} bytes, not ${key.length}`);
    return { key, mark: markOf(key) };
  });
  const mark = markOf(newest);
  return {
    mark,
    seal(purpose, secret) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', newest, nonce).setAAD(bound(mark, purpose));
      const sealed = Buffer.concat([cipher.update(secret), cipher.final()]);
      return new Uint8Array(Buffer.concat([mark, nonce, sealed, cipher.getAuthTag()]));
    },
    open(purpose, sealed) {
      const isNamed = sealed[0] === VERSION;
      const head = sealed.subarray(0, isNamed ? 1 + KEY_ID_BYTES : 1);
      if ((!isNamed && sealed[0] !== UNNAMED) || sealed.length < head.length + NONCE_BYTES + TAG_BYTES)
        throw new SealBroken(`the sealed ${purpose} is damaged`);
      const aad = isNamed ? bound(head, purpose) : Buffer.from(purpose);
      for (const { key, mark: own } of keys) {
        if (isNamed && !head.every((byte, at) => byte === own[at])) continue;
        const secret = decipher(key, aad, sealed.subarray(head.length));
        if (secret) return secret;
      }
      throw new SealBroken(`the sealed ${purpose} does not open with this key file`);
    },
  };
}

function markOf(key: Uint8Array): Uint8Array {
  const id = createHash('sha256')
    .update('muster/sealing-key/1')
    .update(key)
    .digest()
    .subarray(0, KEY_ID_BYTES);
  return new Uint8Array([VERSION, ...id]);
}

function bound(mark: Uint8Array, purpose: string): Buffer {
  return Buffer.concat([mark, Buffer.from(purpose)]);
}

function decipher(key: Uint8Array, aad: Uint8Array, rest: Uint8Array): Uint8Array | undefined {
  const opening = createDecipheriv('aes-256-gcm', key, rest.subarray(0, NONCE_BYTES))
    .setAAD(aad)
    .setAuthTag(rest.subarray(rest.length - TAG_BYTES));
  const secret = opening.update(rest.subarray(NONCE_BYTES, rest.length - TAG_BYTES));
  try {
    return new Uint8Array(Buffer.concat([secret, opening.final()]));
  } catch {
    return undefined;
  }
}
