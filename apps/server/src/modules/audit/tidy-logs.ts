import { foldPeaks, prunedOrigin } from '@muster/contracts/audit';
import type { Tx } from '../../platform/db/index.ts';
import { appendEntry } from './append-entry.ts';
import { thinCheckpoints } from './db/checkpoints.ts';
import { readPeaks } from './db/nodes.ts';
import { dropMonth, findOldMonth, makePartitions, readPrunable, storePruned } from './db/retention.ts';
import { logOf, type NoteSigner } from './domain/notes.ts';
import { sha256 } from './domain/to-row.ts';

const DAY_MS = 24 * 3_600_000;
const KEEP_ALL_CHECKPOINTS_MS = 7 * DAY_MS;

export type TidyDeps = {
  readonly signer: NoteSigner;
  readonly now: () => Date;
  readonly retentionDays: number;
};

/**
 * Makes the partitions to come, and drops the oldest month once retention has passed all of it: never more than that, so
 * that a clock that jumps ahead by years does not cost the log. Its hashes stay, and a signed note says what is gone.
 */
export async function tidyLogs(tx: Tx, { signer, now, retentionDays }: TidyDeps): Promise<void> {
  await makePartitions(tx);
  const at = now();
  await thinCheckpoints(tx, new Date(at.getTime() - KEEP_ALL_CHECKPOINTS_MS));
  const ends = await findOldMonth(tx, new Date(at.getTime() - retentionDays * DAY_MS));
  if (ends === undefined) return;
  const gone = await readPrunable(tx, ends);
  for (const { orgId, end } of gone) {
    const root = foldPeaks(sha256, await readPeaks(tx, orgId, end));
    const origin = prunedOrigin(signer.originOf(orgId));
    await storePruned(tx, orgId, end, signer.sign({ origin, size: end, root, at }));
  }
  await dropMonth(tx, ends);
  // Where the clock says that the present is long ago, the month of the present went: rows still need one.
  await makePartitions(tx);
  if (gone.length === 0) return;
  const after = {
    before: ends,
    logs: gone.map(({ orgId, end, rows }) => ({ log: logOf(orgId), prunedTo: end, rows })),
  };
  await appendEntry(
    tx,
    {
      by: { kind: 'system', part: 'audit retention', scope: { orgIds: [] } },
      orgId: null,
      action: 'audit.pruned',
      target: { kind: 'audit_log', id: null, name: null },
      after,
    },
    at,
  );
}
