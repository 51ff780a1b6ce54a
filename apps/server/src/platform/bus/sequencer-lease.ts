import { sql } from 'drizzle-orm';
import type { Database, Tx } from '../db/index.ts';

/** How long a node that ended without a word keeps the others waiting (milliseconds). */
const LEASE_MS = 5_000;

/** By which the nodes of an installation agree on the one that sequences. */
export interface SequencerLease {
  /** Takes or renews the lease and does `work` in the same transaction; undefined while another node holds it. */
  held<T>(work: (tx: Tx) => Promise<T>): Promise<T | undefined>;
  /** Gives the lease back, so that another node need not wait for its end. */
  release(): Promise<void>;
}

export type SequencerLeaseOptions = {
  readonly database: Database;
  /** Its one row has `holder` and `lease_until`. */
  readonly table: string;
  /** As which part of the server its transactions run. */
  readonly part: string;
};

/**
 * The lock on the table's row, until the end of the transaction, is what keeps two sequencers from overlapping; the lease
 * keeps them from competing. A lease that ends later than one taken now would was taken before the clock was set back,
 * and binds nobody.
 */
export function createSequencerLease({ database, table, part }: SequencerLeaseOptions): SequencerLease {
  const holder = Bun.randomUUIDv7();
  const row = sql.identifier(table);
  const end = sql`clock_timestamp() + ${LEASE_MS} * interval '1 ms'`;
  return {
    held: (work) =>
      database.system(part, async (tx) => {
        const { rows } = await tx.execute(sql`
          update ${row} set holder = ${holder}, lease_until = ${end}
          where holder = ${holder} or lease_until not between clock_timestamp() and ${end}
          returning 1`);
        return rows.length === 1 ? work(tx) : undefined;
      }),
    release: () =>
      database.system(part, async (tx) => {
        await tx.execute(
          sql`update ${row} set holder = '', lease_until = '-infinity' where holder = ${holder}`,
        );
      }),
  };
}
