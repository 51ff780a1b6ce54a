import type { Clock } from '../../platform/clock/index.ts';
import type { Database } from '../../platform/db/index.ts';
import { dropMonth, findPastMonth, makeMonths } from './db/months.ts';
import { monthOf } from './domain/months.ts';

const DAY_MS = 86_400_000;
/** A month is made this long before its first command. */
const AHEAD_MS = 7 * DAY_MS;
/** A month counts as made only while its end is further away than any transaction lasts. */
const MARGIN_MS = 3_600_000;

/** What became of the months whose time has passed: one was dropped, others stay because so many of their commands are open. */
type Tidied = {
  readonly dropped: string | undefined;
  readonly held: readonly { readonly month: string; readonly open: number }[];
};

/** The partitions of the ledger, as this process knows them. */
export interface LedgerMonths {
  /** Resolves when there is a month for commands of this moment. Asks the database once a month, or when the clock jumps. */
  ensure(): Promise<void>;
  /**
   * Makes what will be needed and drops the oldest month of which everything ended before that time: never more than one,
   * so that a clock that jumps ahead by years does not cost the ledger.
   */
  tidy(before: Date): Promise<Tidied>;
}

type LedgerMonthsDeps = { readonly database: Database; readonly clock: Clock };

/** Knows nothing at first; the first command or the first hour asks. */
export function createLedgerMonths({ database, clock }: LedgerMonthsDeps): LedgerMonths {
  let known = { fromMs: 0, toMs: 0 };
  let making: Promise<void> | undefined;

  const make = async () => {
    const now = clock.now();
    const [from, to] = [new Date(now - DAY_MS), new Date(now + AHEAD_MS)];
    await database.system('command months', (tx) => makeMonths(tx, from, to));
    known = { fromMs: monthOf(from).starts.getTime(), toMs: monthOf(to).ends.getTime() };
  };
  const makeOnce = () => {
    making ??= make().finally(() => {
      making = undefined;
    });
    return making;
  };
  return {
    ensure: async () => {
      const now = clock.now();
      if (now - MARGIN_MS < known.fromMs || now + MARGIN_MS >= known.toMs) await makeOnce();
    },
    tidy: async (before) => {
      await makeOnce();
      const part = 'command retention';
      const { past, held } = await database.system(part, (tx) => findPastMonth(tx, before));
      if (!past) return { dropped: undefined, held };
      const isGone = await database.system(part, (tx) => dropMonth(tx, past, before));
      // Where the clock says that the present is long ago, the month of the present may have gone.
      if (isGone) known = { fromMs: 0, toMs: 0 };
      return { dropped: isGone ? past.name : undefined, held };
    },
  };
}
