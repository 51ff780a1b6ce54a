import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SealBroken } from './sealing.ts';

const KEY_BYTES = 32;

/** Where the sealing key lies: the file named by the configuration, else keys/sealing.key in the data folder. */
export function keyFileOf(dataDir: string, named: string | undefined): string {
  return named ?? join(dataDir, 'keys', 'sealing.key');
}

/** The keys in a key file, the newest first. There is more than one only while a key is being changed. */
export type SealingKeys = readonly [Uint8Array, ...Uint8Array[]];

/** The keys in `path`, or undefined when there is no such file. Each line holds 32 bytes as base64. */
export async function readKeyFile(path: string): Promise<SealingKeys | undefined> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw new SealBroken(`the key file ${path} cannot be read: ${cause.message}`);
  });
  if (text === undefined) return undefined;
  const [newest, ...older] = text
    .trim()
    .split(/\s+/)
    .map((line) => new Uint8Array(Buffer.from(line, 'base64')));
  if (!newest || [newest, ...older].some((key) => key.length !== KEY_BYTES))
    throw new SealBroken(`the key file ${path} does not hold a 32-byte key in base64`);
  return [newest, ...older];
}

/** A new key, of nobody else's knowledge. */
export function createKey(): Uint8Array {
  return new Uint8Array(randomBytes(KEY_BYTES));
}

/** Makes a key and writes it to `path`, readable by its owner alone; fails when the file exists already. */
export async function createKeyFile(path: string): Promise<Uint8Array> {
  const key = createKey();
  await writeSecretFile(path, formatKeys([key]));
  return key;
}

/** Puts `keys` in place of those in `path`: after a power cut the file holds either the old ones or the new. */
export async function replaceKeyFile(path: string, keys: SealingKeys): Promise<void> {
  await rm(`${path}.new`, { force: true });
  await writeSecretFile(`${path}.new`, formatKeys(keys));
  await rename(`${path}.new`, path);
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function formatKeys(keys: SealingKeys): string {
  return keys.map((key) => `${Buffer.from(key).toString('base64')}\n`).join('');
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
