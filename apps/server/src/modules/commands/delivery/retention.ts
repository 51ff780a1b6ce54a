import { type Repeating, startRepeating } from '../../../platform/bus/repeating.ts';
import type { CommandsDeps } from '../command-deps.ts';
import { deleteEnded } from '../db/purge.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** One short transaction: whoever writes to the ledger waits for none of this. */
const BATCH = 1_000;
const PAUSE_MS = 50;

export type RetentionDeps = Pick<CommandsDeps, 'database' | 'clock' | 'retentionDays' | 'onError'>;

/** Deletes commands whose retention has passed, at the start and each hour, a batch at a time. */
export function startRetention({ database, clock, retentionDays, onError }: RetentionDeps): Repeating {
  return startRepeating({
    everyMs: HOUR_MS,
    gatherMs: 0,
    onError: (error) => onError(error, 'command retention'),
    work: async () => {
      const before = new Date(clock.now() - (await retentionDays()) * DAY_MS);
      const gone = await database.system('command retention', (tx) => deleteEnded(tx, before, BATCH));
      return gone === BATCH ? PAUSE_MS : undefined;
    },
  });
}
