import { type Repeating, startRepeating } from '../../../platform/bus/repeating.ts';
import type { CommandsDeps } from '../command-deps.ts';
import type { LedgerMonths } from '../ledger-months.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export type RetentionDeps = Pick<CommandsDeps, 'clock' | 'log' | 'retentionDays' | 'onError'> & {
  readonly months: LedgerMonths;
};

/**
 * Makes the ledger's months before they are needed and drops those whose retention has passed, at the start and each hour,
 * one at a time. A month that stays because something in it has not ended is told of.
 */
export function startRetention({ clock, log, retentionDays, onError, months }: RetentionDeps): Repeating {
  return startRepeating({
    everyMs: HOUR_MS,
    gatherMs: 0,
    onError: (error) => onError(error, 'command retention'),
    work: async () => {
      const before = new Date(clock.now() - (await retentionDays()) * DAY_MS);
      const { dropped, held } = await months.tidy(before);
      if (dropped !== undefined) log.info({ dropped }, 'commands: a month past retention was dropped');
      if (held.length > 0)
        log.warn({ held }, 'commands: months past retention stay, with commands that are open');
      return undefined;
    },
  });
}
