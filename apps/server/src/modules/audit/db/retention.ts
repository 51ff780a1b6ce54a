import { sql } from 'drizzle-orm';
import type { Tx } from '../../../platform/db/index.ts';

/** Makes the partitions that rows of this moment, and of the coming weeks, need. */
export async function makePartitions(tx: Tx): Promise<void> {
  await tx.execute(sql`
    select muster.make_audit_partitions(moment - interval '1 day', moment + interval '45 days')
    from (select greatest(now(), sequenced_at) as moment from audit_sequencer) s`);
}

/** What a partition that may go holds of one log: rows up to, not including, `end`. */
export type Pruned = { readonly orgId: string; readonly end: number; readonly rows: number };

/** The end of the oldest month, if all of it lies before `before`. */
export async function findOldMonth(tx: Tx, before: Date): Promise<string | undefined> {
  const { rows } = await tx.execute<{ ends: string | null }>(sql`
    select muster.oldest_audit_month(${before.toISOString()})::text as ends`);
  return rows[0]?.ends ?? undefined;
}

/** What would go with the rows sequenced before `ends`. */
export async function readPrunable(tx: Tx, ends: string): Promise<Pruned[]> {
  const { rows } = await tx.execute<{ org_id: string; end: string; rows: number }>(sql`
    select org_id, max(leaf_index) + 1 as "end", count(*)::int as rows from audit_log
    where sequenced_at < ${ends}::timestamptz group by org_id`);
  return rows.map((row) => ({ orgId: row.org_id, end: Number(row.end), rows: row.rows }));
}

/** Says for good that the rows of a log below `size` are gone. */
export async function storePruned(tx: Tx, orgId: string, size: number, note: string): Promise<void> {
  await tx.execute(sql`
    update audit_trees set pruned_size = ${size}, pruned_note = ${note} where org_id = ${orgId}`);
}

/** Drops the month. */
export async function dropMonth(tx: Tx, ends: string): Promise<void> {
  await tx.execute(sql`select muster.drop_audit_partition(${ends}::timestamptz)`);
}
