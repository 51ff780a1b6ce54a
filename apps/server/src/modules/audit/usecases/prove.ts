import { MusterError } from '@muster/contracts';
import {
  consistencyRanges,
  inclusionRanges,
  type Range,
  toBase64,
  writeVerifierKey,
} from '@muster/contracts/audit';
import type { Person } from '../../../platform/http/index.ts';
import { type AuditUseCaseDeps, logScope } from '../audit-deps.ts';
import { readNewest } from '../db/checkpoints.ts';
import { readRangeRoots } from '../db/nodes.ts';
import { logOf, orgOf } from '../domain/notes.ts';
import { sha256 } from '../domain/to-row.ts';

/** The newest checkpoint of every log that the person may read, and the key that signs them. */
export async function listCheckpoints({ database, signer }: AuditUseCaseDeps, actor: Person) {
  const scope = logScope(actor, 'audit:read');
  const newest = await database.transaction(scope, (tx) => readNewest(tx, scope.orgIds));
  const items = newest.map(({ orgId, size, at, note }) => ({
    log: logOf(orgId),
    size,
    at: at.toISOString(),
    note,
  }));
  return { key: writeVerifierKey(sha256, signer.key), items };
}

/** Proves towards the newest checkpoint that the row at an index is in its log. */
export async function proveInclusion(
  deps: AuditUseCaseDeps,
  actor: Person,
  { log, index }: { readonly log: string; readonly index: number },
) {
  const proven = await prove(deps, actor, log, (size) =>
    index < size ? [{ start: index, end: index + 1 }, ...inclusionRanges(index, size)] : undefined,
  );
  const [hash, ...proof] = proven.hashes;
  return { checkpoint: proven.checkpoint, hash: hash ?? '', proof };
}

/** Proves towards the newest checkpoint that the log continues what it was at a size. */
export async function proveConsistency(
  deps: AuditUseCaseDeps,
  actor: Person,
  { log, size: earlier }: { readonly log: string; readonly size: number },
) {
  const { checkpoint, hashes } = await prove(deps, actor, log, (size) =>
    earlier <= size ? consistencyRanges(earlier, size) : undefined,
  );
  return { checkpoint, proof: hashes };
}

async function prove(
  { database }: AuditUseCaseDeps,
  actor: Person,
  log: string,
  rangesOf: (size: number) => Range[] | undefined,
) {
  const scope = logScope(actor, 'audit:read', log);
  return database.transaction(scope, async (tx) => {
    const [newest] = await readNewest(tx, scope.orgIds);
    const ranges = newest && rangesOf(newest.size);
    if (!ranges) {
      throw new MusterError('not_found', `The audit log ${log} has no such row under a checkpoint.`, { log });
    }
    const hashes = await readRangeRoots(tx, orgOf(log), ranges);
    return { checkpoint: newest.note, hashes: hashes.map(toBase64) };
  });
}
