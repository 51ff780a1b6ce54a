import { readFile, rm } from 'node:fs/promises';
import { writeSecretFile } from './key-file.ts';
import type { TrustWarning } from './trust.ts';

const PREFIX = 'muster-root-1.';

/** How people keep the root private key: a prefix that names it, then the Ed25519 seed as base64url. */
function formatRootKey(seed: Uint8Array): string {
  return PREFIX + Buffer.from(seed).toString('base64url');
}

/** The seed in what `formatRootKey` printed; undefined for anything else. */
export function parseRootKey(text: string): Uint8Array | undefined {
  const trimmed = text.trim();
  if (!trimmed.startsWith(PREFIX)) return undefined;
  const seed = new Uint8Array(Buffer.from(trimmed.slice(PREFIX.length), 'base64url'));
  return seed.length === 32 ? seed : undefined;
}

/**
 * The root private key lies in this file from the first start until a person takes it: at set-up, or by moving the file
 * away. Nothing of it is in the database, and the server never needs it again to run.
 */
export function createRootKeyFile(path: string) {
  return {
    async write(seed: Uint8Array): Promise<void> {
      await rm(path, { force: true });
      await writeSecretFile(path, `${formatRootKey(seed)}\n`);
    },
    /** Reads the key without taking it; undefined when the file is not there. */
    async read(): Promise<Uint8Array | undefined> {
      const text = await readFile(path, 'utf8').catch(() => undefined);
      return text === undefined ? undefined : parseRootKey(text);
    },
    /** Hands the key out and removes the file. */
    async take(): Promise<string | undefined> {
      const text = await readFile(path, 'utf8').catch(() => undefined);
      if (text === undefined || parseRootKey(text) === undefined) return undefined;
      await rm(path);
      return text.trim();
    },
    async warnings(): Promise<TrustWarning[]> {
      if (!(await Bun.file(path).exists())) return [];
      const message = `The root key lies beside the data (${path}). Move it to a safe place off this machine: whoever has it and a copy of the data can command every device.`;
      return [{ code: 'root_key_on_server', message }];
    },
  };
}

/** See `createRootKeyFile`. */
export type RootKeyFile = ReturnType<typeof createRootKeyFile>;
