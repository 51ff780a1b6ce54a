import type { InventoryChange } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import type { Tx } from '../../../platform/db/index.ts';
import { wordsOfChange } from '../domain/change-words.ts';
import { boundOf, NUMBERS, type Placed, RANKS } from '../domain/place.ts';
import { instantOf, microseconds, type SourcePage } from './source.ts';

type Row = Omit<InventoryChange, 'at'> & { readonly atUs: number };

/** What came to a machine, went and changed; scope is the transaction's. */
export async function readChanges(tx: Tx, page: SourcePage): Promise<Placed[]> {
  const bound = boundOf(page.behind, RANKS.change, NUMBERS);
  const { rows } = await tx.execute<Row>(sql`
    select id::text as id, category, kind, key, change, before, after, title_id as "titleId",
      ${microseconds(sql`at`)} as "atUs"
    from muster.read_inventory_changes(${page.deviceId}::uuid, null, ${page.since ?? '-infinity'}::timestamptz,
      ${instantOf(bound.atUs)}, ${bound.id}::bigint, ${page.limit})`);
  return rows.map((row) => ({
    place: { atUs: row.atUs, rank: RANKS.change, id: row.id },
    entry: {
      id: `change:${row.id}`,
      at: new Date(row.atUs / 1_000).toISOString(),
      kind: 'inventory',
      ...wordsOfChange(row, page.deviceId),
      actor: null,
    },
  }));
}
