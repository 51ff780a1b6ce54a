import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** A sealed value that does not open: the key file is another one, or somebody changed the stored bytes. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

/**
 * Seals secrets with AES-256-GCM under a key that is kept outside the database. `purpose` is bound into the seal: a
 * value moved to another place does not open there. Layout: version, 12 bytes of nonce, ciphertext, 16 bytes of tag.
 */
export type Sealer = {
  readonly seal: (purpose: string, secret: Uint8Array) => Uint8Array;
  readonly open: (purpose: string, sealed: Uint8Array) => Uint8Array;
};

/** Sealer over a 32-byte key. */
export function createSealer(key: Uint8Array): Sealer {
  if (key.length !== KEY_BYTES)
    throw new SealBroken(`a sealing key has ${KEY_BYTES} bytes, not ${key.length}`);
  return {
    seal(purpose, secret) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(purpose));
      const sealed = Buffer.concat([cipher.update(secret), cipher.final()]);
      return new Uint8Array(Buffer.concat([Buffer.from([VERSION]), nonce, sealed, cipher.getAuthTag()]));
    },
    open(purpose, sealed) {
      if (sealed[0] !== VERSION || sealed.length < 1 + NONCE_BYTES + TAG_BYTES) {
        throw new SealBroken(`the sealed ${purpose} is damaged`);
      }
      const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', key, nonce)
        .setAAD(Buffer.from(purpose))
        .setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
      const secret = decipher.update(sealed.subarray(1 + NONCE_BYTES, sealed.length - TAG_BYTES));
      try {
        return new Uint8Array(Buffer.concat([secret, decipher.final()]));
      } catch {
        throw new SealBroken(`the sealed ${purpose} does not open with this key file`);
      }
    },
  };
}

/** The key in `path`, or undefined when there is no such file. The file holds 32 bytes as base64. */
export async function readKeyFile(path: string): Promise<Uint8Array | undefined> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw new SealBroken(`the key file ${path} cannot be read: ${cause.message}`);
  });
  if (text === undefined) return undefined;
  const key = new Uint8Array(Buffer.from(text.trim(), 'base64'));
  if (key.length !== KEY_BYTES)
    throw new SealBroken(`the key file ${path} does not hold a 32-byte key in base64`);
  return key;
}

/** Makes a key and writes it to `path`, readable by its owner alone; fails when the file exists already. */
export async function createKeyFile(path: string): Promise<Uint8Array> {
  const key = randomBytes(KEY_BYTES);
  await writeSecretFile(path, `${key.toString('base64')}\n`);
  return new Uint8Array(key);
}

/** Writes a new file of mode 0600 in a folder of mode 0700 and waits until the disk has it. */
export async function writeSecretFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  // The mode above is narrowed by the umask but never widened; this also holds where a folder sets defaults.
  await chmod(path, 0o600);
}
