import { DeviceId } from '@muster/contracts';
import { type Repeating, startRepeating } from '../../../platform/bus/repeating.ts';
import type { CommandsDeps } from '../command-deps.ts';
import type { CommandWatches } from '../command-watches.ts';
import { lockDueRecords, readNextDue } from '../db/commands.ts';
import { writeChanges } from '../db/write-changes.ts';
import { endedEvents } from '../domain/ended-events.ts';
import { judgeDue } from '../domain/judge-due.ts';

/** Repairs what a forgotten hint or another node left: the timer asks the table at least this often. */
const SCAN_MS = 30_000;
const BATCH = 500;
const HELD_ELSEWHERE_MS = 50;

export type DueTimerDeps = Pick<CommandsDeps, 'database' | 'events' | 'nodes' | 'clock' | 'onError'> & {
  readonly watches: CommandWatches;
};

/** Decides about commands whose time has come. Sleeps until the next one is due; the rows are the timers. */
export interface DueTimer {
  /** A row is due at that time. */
  note(at: Date): void;
  stop(): Promise<void>;
}

export function startDueTimer(deps: DueTimerDeps): DueTimer {
  const untilMs = (at: Date) => Math.max(0, at.getTime() - deps.clock.now());
  const repeating: Repeating = startRepeating({
    everyMs: SCAN_MS,
    gatherMs: 0,
    onError: (error) => deps.onError(error, 'command timer'),
    work: async () => {
      const decided = await decideDue(deps);
      if (decided === BATCH) return 0;
      const next = await deps.database.system('command timer', readNextDue);
      // A row that another node holds is due and stays due until that node is done.
      return next && (untilMs(next) || HELD_ELSEWHERE_MS);
    },
  });
  return {
    note: (at) => {
      const inMs = untilMs(at);
      if (inMs < SCAN_MS) repeating.wake(inMs);
    },
    stop: repeating.stop,
  };
}

async function decideDue(deps: DueTimerDeps): Promise<number> {
  const now = new Date(deps.clock.now());
  const { decided, changes } = await deps.database.system('command timer', async (tx) => {
    const records = await lockDueRecords(tx, now, BATCH);
    const due = records.flatMap((record) => {
      const isConnected = deps.nodes.isConnected(DeviceId.parse(record.deviceId));
      return judgeDue(record, isConnected, now) ?? [];
    });
    await writeChanges(tx, due);
    await deps.events.appendMany(tx, endedEvents(due));
    return { decided: records.length, changes: due };
  });
  if (changes.length > 0) deps.events.committed();
  deps.watches.changed(changes.map((change) => change.to.id));
  return decided;
}
