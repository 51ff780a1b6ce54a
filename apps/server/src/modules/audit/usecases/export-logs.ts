import { consistencyRanges, type ExportLine, toBase64, writeVerifierKey } from '@muster/contracts/audit';
import type { Scope } from '../../../platform/actor.ts';
import type { Person } from '../../../platform/http/index.ts';
import { type AuditUseCaseDeps, logScope } from '../audit-deps.ts';
import { readCheckpoints, type StoredCheckpoint } from '../db/checkpoints.ts';
import { readPeaks, readRangeRoots } from '../db/nodes.ts';
import { type LogRow, readHeads, readRows } from '../db/reading.ts';
import { logOf } from '../domain/notes.ts';
import { sha256 } from '../domain/to-row.ts';

/** Rows of one transaction. */
const PAGE = 2_000;

export type ExportInput = {
  readonly installationId: string;
  readonly log?: string | undefined;
  /** Sizes of earlier checkpoints, by log, that the export shall be proven to continue. */
  readonly since?: ReadonlyMap<string, readonly number[]>;
};

/**
 * Everything of the logs that a person may read, up to their newest checkpoints, as lines that `verifyExport` takes. Who
 * exports is in the log before the first line is out.
 */
export async function exportLogs(
  deps: AuditUseCaseDeps,
  actor: Person,
  input: ExportInput,
): Promise<AsyncGenerator<ExportLine>> {
  const scope = logScope(actor, 'audit:export', input.log);
  await deps.database.installation((tx) =>
    deps.audit.append(tx, {
      by: actor,
      orgId: null,
      action: 'audit.exported',
      target: { kind: 'audit_log', id: input.log ?? null, name: null },
    }),
  );
  return produce(deps, scope, input);
}

async function* produce(
  deps: AuditUseCaseDeps,
  scope: Scope,
  input: ExportInput,
): AsyncGenerator<ExportLine> {
  const heads = await deps.database.transaction(scope, (tx) => readHeads(tx, scope.orgIds));
  const key = writeVerifierKey(sha256, deps.signer.key);
  const { installationId } = input;
  yield { type: 'export', format: 1, installationId, at: deps.now().toISOString(), key };
  for (const head of heads) {
    const log = logOf(head.orgId);
    const { orgId, signedSize: size, prunedSize } = head;
    yield { type: 'log', log, origin: deps.signer.originOf(orgId), size };
    if (head.prunedNote !== null) {
      const peaks = await deps.database.transaction(scope, (tx) => readPeaks(tx, orgId, prunedSize));
      yield { type: 'pruned', size: prunedSize, note: head.prunedNote, peaks: peaks.map(toBase64) };
    }
    yield* rowsOf(deps, scope, { orgId, from: prunedSize, end: size });
    for (const from of input.since?.get(log) ?? []) {
      if (from > size) continue;
      const proof = await deps.database.transaction(scope, (tx) =>
        readRangeRoots(tx, orgId, consistencyRanges(from, size)),
      );
      yield { type: 'consistency', from, to: size, proof: proof.map(toBase64) };
    }
  }
  yield { type: 'end', logs: heads.length };
}

type LogPart = { readonly orgId: string; readonly from: number; readonly end: number };

/** Rows in order, each checkpoint behind the last row that it covers. */
async function* rowsOf(
  { database }: AuditUseCaseDeps,
  scope: Scope,
  { orgId, from, end }: LogPart,
): AsyncGenerator<ExportLine> {
  const checkpoints = await database.transaction(scope, (tx) =>
    readCheckpoints(tx, orgId, { from, to: end }),
  );
  const waiting = checkpoints.values();
  let next: StoredCheckpoint | undefined = waiting.next().value;
  for (; next && next.size === from; next = waiting.next().value)
    yield { type: 'checkpoint', note: next.note };
  for (let at = from; at < end; ) {
    const start = at;
    const rows = await database.transaction(scope, (tx) =>
      readRows(tx, orgId, { from: start, end, limit: PAGE }),
    );
    if (rows.length === 0) return;
    for (const row of rows) {
      yield toLine(row);
      at = row.index + 1;
      for (; next && next.size === at; next = waiting.next().value)
        yield { type: 'checkpoint', note: next.note };
    }
  }
}

function toLine({ index, hash, salt, content }: LogRow): ExportLine {
  return { type: 'row', index, hash: toBase64(hash), salt: salt && toBase64(salt), content };
}
