import type { AuditRow } from '@muster/contracts';
import { fromBase64, leafHash, readCheckpoint, rootFromInclusion, sameBytes } from '@muster/contracts/audit';
import { sha256 } from '@noble/hashes/sha2.js';
import { api } from '../../api/client.ts';

/** What the check of a proof found. */
export type ProofFound = {
  readonly holds: boolean;
  readonly note: string;
  readonly size: number;
  readonly at: string;
};

/** Reads the proof of a row and folds it here, in the browser: does it lead to the root that is signed? */
export async function checkProof({ log, index, hash }: AuditRow): Promise<ProofFound> {
  const { checkpoint: note, proof } = await api.audit.inclusion({ log, index });
  const checkpoint = readCheckpoint(note);
  const hashes = proof.map((text) => fromBase64(text) ?? new Uint8Array());
  const leaf = leafHash(sha256, fromBase64(hash) ?? new Uint8Array());
  const root = checkpoint && rootFromInclusion(sha256, { leaf, index, size: checkpoint.size }, hashes);
  return {
    holds: root !== undefined && sameBytes(root, checkpoint?.root ?? new Uint8Array()),
    note,
    size: checkpoint?.size ?? 0,
    at: checkpoint?.at ?? '',
  };
}
