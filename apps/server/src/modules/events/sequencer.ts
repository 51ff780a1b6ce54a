import { type Repeating, startRepeating } from '../../platform/bus/repeating.ts';
import { createSequencerLease } from '../../platform/bus/sequencer-lease.ts';
import { createUpkeep } from '../../platform/bus/upkeep.ts';
import type { Database } from '../../platform/db/index.ts';
import { dropOldEventPartition, makeEventPartitions, sequenceBatch } from './db/sequencing.ts';

/** Finds rows that other nodes wrote, or whose wake-up was forgotten. */
const SCAN_MS = 1_000;
const GATHER_MS = 5;
const BATCH = 1_000;
const HOUSEKEEPING_MS = 6 * 3_600_000;

export type SequencerDeps = {
  readonly database: Database;
  readonly now: () => Date;
  readonly onError: (error: unknown) => void;
  /** Called after positions were committed. */
  readonly onSequenced: () => void;
};

/**
 * Gives committed events their positions. Any number of nodes run one; whoever holds the lease works, the others look
 * every second whether it lapsed. Work that is lost with a node stays in the outbox and is found by the next holder.
 */
export function startSequencer(deps: SequencerDeps): Repeating {
  const lease = createSequencerLease({
    ...{ database: deps.database, table: 'event_sequencer', part: 'event sequencer' },
  });
  const upkeep = createUpkeep({
    everyMs: HOUSEKEEPING_MS,
    onError: deps.onError,
    work: () =>
      lease.held(async (tx) => {
        await makeEventPartitions(tx);
        await dropOldEventPartition(tx, deps.now());
      }),
  });
  const repeating = startRepeating({
    everyMs: SCAN_MS,
    gatherMs: GATHER_MS,
    onError: (error) => {
      // The clock may have jumped to a month without a partition: the next run makes sure of it.
      upkeep.soon();
      deps.onError(error);
    },
    work: async () => {
      await upkeep.run();
      const moved = (await lease.held((tx) => sequenceBatch(tx, BATCH))) ?? 0;
      if (moved > 0) deps.onSequenced();
      return moved === BATCH ? 0 : undefined;
    },
  });
  return {
    wake: repeating.wake,
    stop: async () => {
      await repeating.stop();
      await lease.release().catch(deps.onError);
    },
  };
}
