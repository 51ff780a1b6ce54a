import { fromBase64, toBase64 } from './base64.ts';
import { HASH_BYTES, type Sha256 } from './merkle.ts';
import { sameBytes } from './proofs.ts';

/**
 * A signed statement about a log: it had this root at this size. Written as a signed note with a checkpoint in it (C2SP
 * tlog-checkpoint and signed-note), which the tools of transparency logs read as well:
 *
 *     muster/<installation>/audit/<log>
 *     <number of rows>
 *     <root, base64>
 *     <time, ISO 8601>
 *                                            (an empty line)
 *     — <key name> <4 bytes of key hash, then the Ed25519 signature of all lines above the empty one, base64>
 */
export type Checkpoint = {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  readonly at: string;
};

/** Who signs, and the raw Ed25519 public key. */
export type NoteKey = { readonly name: string; readonly publicKey: Uint8Array };

/** Whether an Ed25519 signature over bytes holds under a raw public key; false for anything malformed. */
export type VerifySignature = (publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array) => boolean;

const ED25519 = 1;
const KEY_HASH_BYTES = 4;
const encoder = new TextEncoder();

/** Name of the key that signs the audit logs of an installation. */
export function auditKeyName(installationId: string): string {
  return `muster/${installationId}/audit`;
}

/** First line of a log's checkpoints. */
export function auditOrigin(installationId: string, log: string): string {
  return `${auditKeyName(installationId)}/${log}`;
}

/** First line of the statement that a log's rows below a size are gone. */
export function prunedOrigin(origin: string): string {
  return `${origin}/pruned`;
}

/** The lines that are signed. */
export function checkpointText({ origin, size, root, at }: Checkpoint): string {
  return `${origin}\n${size}\n${toBase64(root)}\n${at}\n`;
}

/** The whole note. `sign` gives 64 bytes of Ed25519 over the bytes. */
export function signCheckpoint(
  sha256: Sha256,
  checkpoint: Checkpoint,
  key: NoteKey & { readonly sign: (bytes: Uint8Array) => Uint8Array },
): string {
  const text = checkpointText(checkpoint);
  const signature = key.sign(encoder.encode(text));
  return `${text}\n— ${key.name} ${toBase64(joined(keyHash(sha256, key), signature))}\n`;
}

/** The checkpoint in a note, without a look at its signature; undefined for text that is no note of ours. */
export function readCheckpoint(note: string): Checkpoint | undefined {
  const lines = note.split('\n');
  const [origin, size, root, at] = lines;
  if (!origin || !size || !root || !at || lines[4] !== '' || !/^(0|[1-9]\d{0,15})$/.test(size))
    return undefined;
  const hash = fromBase64(root);
  if (hash?.length !== HASH_BYTES) return undefined;
  const checkpoint = { origin, size: Number(size), root: hash, at };
  return note.startsWith(`${checkpointText(checkpoint)}\n`) ? checkpoint : undefined;
}

/** Whether the note carries a signature of this key that holds. */
export function isSignedBy(
  note: string,
  key: NoteKey,
  { sha256, verify }: { readonly sha256: Sha256; readonly verify: VerifySignature },
): boolean {
  const cut = note.indexOf('\n\n');
  if (cut < 0) return false;
  const text = encoder.encode(note.slice(0, cut + 1));
  const hash = keyHash(sha256, key);
  return note
    .slice(cut + 2)
    .split('\n')
    .some((line) => {
      const prefix = `— ${key.name} `;
      const signed = line.startsWith(prefix) ? fromBase64(line.slice(prefix.length)) : undefined;
      if (signed?.length !== KEY_HASH_BYTES + 64) return false;
      return (
        sameBytes(signed.slice(0, KEY_HASH_BYTES), hash) &&
        verify(key.publicKey, text, signed.slice(KEY_HASH_BYTES))
      );
    });
}

/** The key in one line, as the tools of signed notes take it: name, key hash, algorithm and key. */
export function writeVerifierKey(sha256: Sha256, key: NoteKey): string {
  const hash = [...keyHash(sha256, key)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${key.name}+${hash}+${toBase64(joined(Uint8Array.of(ED25519), key.publicKey))}`;
}

/** Reads such a line; undefined where name, hash and key do not belong together. */
export function readVerifierKey(sha256: Sha256, line: string): NoteKey | undefined {
  const parts = /^([^+\s]+)\+[0-9a-f]{8}\+(\S+)$/.exec(line.trim());
  const bytes = fromBase64(parts?.[2] ?? '');
  if (!parts?.[1] || bytes?.length !== 33 || bytes[0] !== ED25519) return undefined;
  const key = { name: parts[1], publicKey: bytes.slice(1) };
  return writeVerifierKey(sha256, key) === line.trim() ? key : undefined;
}

function keyHash(sha256: Sha256, { name, publicKey }: NoteKey): Uint8Array {
  const named = joined(encoder.encode(`${name}\n`), Uint8Array.of(ED25519));
  return sha256(joined(named, publicKey)).slice(0, KEY_HASH_BYTES);
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(a.length + b.length);
  bytes.set(a);
  bytes.set(b, a.length);
  return bytes;
}
