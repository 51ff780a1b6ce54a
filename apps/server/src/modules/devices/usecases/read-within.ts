import { sql } from 'drizzle-orm';
import type { Scope } from '../../../platform/actor.ts';
import type { Database, Tx } from '../../../platform/db/index.ts';

/** A read of its own that the database stops after `timeoutMs`. */
export function readWithin<T>(
  database: Database,
  scope: Scope,
  timeoutMs: number,
  read: (tx: Tx) => Promise<T>,
): Promise<T> {
  return database.transaction(scope, async (tx) => {
    await limitTime(tx, timeoutMs);
    return read(tx);
  });
}

/**
 * Bounds the rest of the transaction, and holds the planner to plans that cost the same whatever it believes about a
 * filter: joins by hash (a filter on tags or words is misjudged a hundredfold, and 50,000 look-ups cost 50 ms), no
 * machine code (compiling costs more than such plans), no parallel workers (each builds the same hash table).
 */
export async function limitTime(tx: Tx, timeoutMs: number): Promise<void> {
  await tx.execute(
    sql.raw(
      `set local statement_timeout = ${timeoutMs}; set local jit = off; set local enable_nestloop = off;
       set local max_parallel_workers_per_gather = 0`,
    ),
  );
}
