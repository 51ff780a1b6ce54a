import { sql } from 'drizzle-orm';
import type { Tx } from '../../../platform/db/index.ts';
import type { Tree } from '../domain/grow-trees.ts';
import { splitHashes } from './sequencing.ts';

/** A checkpoint as it is kept. */
export type StoredCheckpoint = {
  readonly orgId: string;
  readonly size: number;
  readonly at: Date;
  readonly note: string;
};

type Row = { org_id: string; size: string; signed_at: string; note: string };

/** Trees that have grown since their newest checkpoint. */
export async function readUnsigned(tx: Tx): Promise<Tree[]> {
  const { rows } = await tx.execute<{ org_id: string; size: string; peaks: Buffer }>(sql`
    select org_id, size, peaks from audit_trees where signed_size < size`);
  return rows.map((row) => ({ orgId: row.org_id, size: Number(row.size), peaks: splitHashes(row.peaks) }));
}

/** Keeps a checkpoint as the newest of its log. */
export async function storeCheckpoint(tx: Tx, { orgId, size, at, note }: StoredCheckpoint): Promise<void> {
  await tx.execute(sql`
    with stored as (
      insert into audit_checkpoints (org_id, size, signed_at, note)
      values (${orgId}, ${size}, ${at.toISOString()}, ${note}) returning 1
    )
    update audit_trees set signed_size = ${size} where org_id = ${orgId}`);
}

/** The newest checkpoint of each of these organisations. */
export async function readNewest(tx: Tx, orgIds: readonly string[]): Promise<StoredCheckpoint[]> {
  const { rows } = await tx.execute<Row>(sql`
    select c.org_id, c.size, c.signed_at, c.note from audit_trees t
    join audit_checkpoints c on c.org_id = t.org_id and c.size = t.signed_size
    where t.org_id in (select jsonb_array_elements_text(${JSON.stringify(orgIds)}::jsonb)::uuid) order by c.org_id`);
  return rows.map(fromRow);
}

/** Checkpoints of a log from a size on, up to another, in order. */
export async function readCheckpoints(
  tx: Tx,
  orgId: string,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<StoredCheckpoint[]> {
  const { rows } = await tx.execute<Row>(sql`
    select org_id, size, signed_at, note from audit_checkpoints
    where org_id = ${orgId} and size >= ${from} and size <= ${to} order by size`);
  return rows.map(fromRow);
}

/** What became old longer ago was thinned already, unless the server was away for almost as long; then it stays. */
const LOOKED_BACK = sql.raw(`interval '14 days'`);

/**
 * Removes checkpoints older than `before` but the last of each hour; a copy kept elsewhere does not need ours. Looks at
 * two weeks of them: whoever holds the sequencer's lock does not read those of all years.
 */
export async function thinCheckpoints(tx: Tx, before: Date): Promise<void> {
  const end = sql`${before.toISOString()}::timestamptz`;
  await tx.execute(sql`
    delete from audit_checkpoints c using (
      select org_id, size, lead(signed_at) over (partition by org_id order by size) as next_at from audit_checkpoints
      where signed_at >= ${end} - ${LOOKED_BACK} and signed_at < ${end} + interval '1 hour'
    ) n
    where n.org_id = c.org_id and n.size = c.size and c.signed_at < ${end} and c.signed_at >= ${end} - ${LOOKED_BACK}
      and date_trunc('hour', n.next_at, 'UTC') = date_trunc('hour', c.signed_at, 'UTC')`);
}

function fromRow(row: Row): StoredCheckpoint {
  return { orgId: row.org_id, size: Number(row.size), at: new Date(row.signed_at), note: row.note };
}
