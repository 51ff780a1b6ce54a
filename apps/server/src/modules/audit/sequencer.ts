import { foldPeaks } from '@muster/contracts/audit';
import { type Repeating, startRepeating } from '../../platform/bus/repeating.ts';
import { createSequencerLease } from '../../platform/bus/sequencer-lease.ts';
import { createUpkeep } from '../../platform/bus/upkeep.ts';
import type { Database, Tx } from '../../platform/db/index.ts';
import { readUnsigned, storeCheckpoint } from './db/checkpoints.ts';
import { moveToLog, readTrees, readWaiting, storeGrowth } from './db/sequencing.ts';
import { growTrees } from './domain/grow-trees.ts';
import type { NoteSigner } from './domain/notes.ts';
import { sha256 } from './domain/to-row.ts';
import { tidyLogs } from './tidy-logs.ts';

/** Finds rows of other nodes, and rows whose transaction took longer than the wake-up. */
const SCAN_MS = 400;
const GATHER_MS = 50;
const BATCH = 2_000;
/** With the scan, the time from commit to proof stays below a second. */
const SIGN_EVERY_MS = 500;
const HOUSEKEEPING_MS = 6 * 3_600_000;
const PART = 'audit sequencer';

export type AuditSequencerDeps = {
  readonly database: Database;
  readonly signer: NoteSigner;
  readonly now: () => Date;
  readonly retentionDays: number;
  readonly onError: (error: unknown) => void;
};

/**
 * Gives committed audit rows their places: appends them to the Merkle log of their organisation and signs what the log
 * is then. Any number of nodes run one; whoever holds the lease works. What is lost with a node waits in the outbox.
 */
export function startAuditSequencer(deps: AuditSequencerDeps): Repeating {
  const lease = createSequencerLease({ database: deps.database, table: 'audit_sequencer', part: PART });
  let signedAt = Number.NEGATIVE_INFINITY;
  let isUnsigned = false;
  const upkeep = createUpkeep({
    everyMs: HOUSEKEEPING_MS,
    onError: deps.onError,
    work: () => lease.held((tx) => tidyLogs(tx, deps)),
  });
  const work = async () => {
    await upkeep.run();
    const mayBeSigned = performance.now() - signedAt >= SIGN_EVERY_MS;
    const done = await lease.held(async (tx) => {
      const moved = await sequence(tx);
      return { moved, signed: mayBeSigned && (await signGrown(tx, deps)) };
    });
    if (!done) return undefined;
    if (done.signed) signedAt = performance.now();
    isUnsigned = !done.signed && (isUnsigned || done.moved > 0);
    if (done.moved === BATCH) return 0;
    return isUnsigned ? SIGN_EVERY_MS - (performance.now() - signedAt) : undefined;
  };
  const repeating = startRepeating({
    everyMs: SCAN_MS,
    gatherMs: GATHER_MS,
    work,
    onError: (error) => {
      // The clock may have jumped to a month without a partition: the next run makes sure of it.
      upkeep.soon();
      deps.onError(error);
    },
  });
  return {
    wake: repeating.wake,
    stop: async () => {
      await repeating.stop();
      // What was written while this server stopped is proven before it is gone.
      signedAt = Number.NEGATIVE_INFINITY;
      await work().catch(deps.onError);
      await lease.release().catch(deps.onError);
    },
  };
}

async function sequence(tx: Tx): Promise<number> {
  const waiting = await readWaiting(tx, BATCH);
  if (waiting.length === 0) return 0;
  const trees = await readTrees(tx, [...new Set(waiting.map(({ orgId }) => orgId))]);
  await moveToLog(tx, waiting, new Map(trees.map(({ orgId, size }) => [orgId, size])));
  await storeGrowth(tx, growTrees(trees, waiting));
  return waiting.length;
}

async function signGrown(tx: Tx, { signer, now }: AuditSequencerDeps): Promise<boolean> {
  const grown = await readUnsigned(tx);
  const at = now();
  for (const { orgId, size, peaks } of grown) {
    const root = foldPeaks(sha256, peaks);
    const note = signer.sign({ origin: signer.originOf(orgId), size, root, at });
    await storeCheckpoint(tx, { orgId, size, at, note });
  }
  return grown.length > 0;
}
