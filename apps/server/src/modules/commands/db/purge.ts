import { sql } from 'drizzle-orm';
import type { Tx } from '../../../platform/db/index.ts';

/**
 * Deletes commands that ended before that time, the oldest first, at most so many; tells how many. Open ones stay, and
 * so does what other tables say of them: audit rows and events name their ids and outlive them.
 */
export async function deleteEnded(tx: Tx, before: Date, most: number): Promise<number> {
  const { rowCount } = await tx.execute(sql`
    delete from commands where id in (
      select id from commands where ended_at < ${before.toISOString()}::timestamptz
      order by ended_at limit ${most} for update skip locked)`);
  return rowCount ?? 0;
}
