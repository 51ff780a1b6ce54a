import { sql } from 'drizzle-orm';
import type { Tx } from '../../../platform/db/index.ts';
import type { Growth, Tree } from '../domain/grow-trees.ts';

/** A committed row that waits for its place. */
export type Waiting = { readonly seq: string; readonly orgId: string; readonly hash: Uint8Array };

/** The oldest waiting rows. */
export async function readWaiting(tx: Tx, limit: number): Promise<Waiting[]> {
  const { rows } = await tx.execute<{ seq: string; org_id: string; content_hash: Buffer }>(sql`
    select seq, org_id, content_hash from audit_outbox order by seq limit ${limit}`);
  return rows.map((row) => ({ seq: row.seq, orgId: row.org_id, hash: new Uint8Array(row.content_hash) }));
}

/** The trees of these organisations; those that have none yet are left out. */
export async function readTrees(tx: Tx, orgIds: readonly string[]): Promise<Tree[]> {
  const { rows } = await tx.execute<{ org_id: string; size: string; peaks: Buffer }>(sql`
    select org_id, size, peaks from audit_trees
    where org_id in (select jsonb_array_elements_text(${JSON.stringify(orgIds)}::jsonb)::uuid)`);
  return rows.map((row) => ({ orgId: row.org_id, size: Number(row.size), peaks: splitHashes(row.peaks) }));
}

/** Moves the waiting rows into the log behind what is there. Only while the lease is held. */
export async function moveToLog(
  tx: Tx,
  waiting: readonly Waiting[],
  sizes: ReadonlyMap<string, number>,
): Promise<void> {
  const seqs = JSON.stringify(waiting.map(({ seq }) => seq));
  const before = JSON.stringify([...sizes].map(([org_id, size]) => ({ org_id, size })));
  const { rows } = await tx.execute<{ moved: number }>(sql`
    with moved as (
      delete from audit_outbox where seq in (select jsonb_array_elements_text(${seqs}::jsonb)::bigint) returning *
    ), advanced as (
      update audit_sequencer set position = position + (select count(*) from moved),
        sequenced_at = greatest(sequenced_at, now())
      returning position - (select count(*) from moved) as base, sequenced_at
    ), logged as (
      insert into audit_log (position, id, org_id, leaf_index, occurred_at, who_id, who_name, action, target_id,
        target_name, success, content, salt, content_hash, sequenced_at)
      select a.base + row_number() over (order by m.seq), m.id, m.org_id,
        coalesce(b.size, 0) + row_number() over (partition by m.org_id order by m.seq) - 1,
        m.occurred_at, m.who_id, m.who_name, m.action, m.target_id, m.target_name, m.success, m.content, m.salt,
        m.content_hash, a.sequenced_at
      from moved m cross join advanced a
      left join jsonb_to_recordset(${before}::jsonb) as b(org_id uuid, size bigint) using (org_id)
      returning 1
    )
    select count(*)::int as moved from logged`);
  if (rows[0]?.moved !== waiting.length) throw new Error('waiting audit rows vanished');
}

/** Stores what the trees have grown by. */
export async function storeGrowth(tx: Tx, { trees, tiles }: Growth): Promise<void> {
  const grown = trees.map(({ orgId, size, peaks }) => ({ org_id: orgId, size, peaks: joinHashes(peaks) }));
  await tx.execute(sql`
    insert into audit_trees (org_id, size, peaks)
    select org_id, size, decode(peaks, 'hex')
    from jsonb_to_recordset(${JSON.stringify(grown)}::jsonb) as t(org_id uuid, size bigint, peaks text)
    on conflict (org_id) do update set size = excluded.size, peaks = excluded.peaks`);
  const added = tiles.map(({ orgId, level, tile, hashes }) => ({
    ...{ org_id: orgId, level, tile },
    hashes: joinHashes(hashes),
  }));
  await tx.execute(sql`
    insert into audit_tiles as known (org_id, level, tile, hashes)
    select org_id, level, tile, decode(hashes, 'hex')
    from jsonb_to_recordset(${JSON.stringify(added)}::jsonb) as t(org_id uuid, level int, tile bigint, hashes text)
    on conflict (org_id, level, tile) do update set hashes = known.hashes || excluded.hashes`);
}

/** Hashes that stand one behind the other. */
export function splitHashes(bytes: Uint8Array): Uint8Array[] {
  return Array.from(
    { length: bytes.length / 32 },
    (_, i) => new Uint8Array(bytes.slice(i * 32, i * 32 + 32)),
  );
}

function joinHashes(hashes: readonly Uint8Array[]): string {
  return hashes.map((hash) => Buffer.from(hash).toString('hex')).join('');
}
