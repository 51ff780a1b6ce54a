import { foldedSql } from '@muster/query';
import { type SQL, sql } from 'drizzle-orm';
import type { Scope } from '../../../platform/actor.ts';
import type { Tx } from '../../../platform/db/index.ts';
import { inScope } from './device-rows.ts';

/** Where values of a field are found; SQL texts come from the field catalogue, never from a person. */
export type ValuesFrom =
  | { readonly from: 'column'; readonly value: string }
  | { readonly from: 'rows'; readonly rows: string; readonly value: string }
  | { readonly from: 'map'; readonly object: string; readonly key?: string };

export type ValueCount = { readonly value: string; readonly count: number };

/** Distinct values with the number of devices that have them; `prefix` is folded. */
export async function countValues(
  tx: Tx,
  scope: Scope,
  from: ValuesFrom,
  wanted: { readonly prefix: string; readonly most: number },
): Promise<ValueCount[]> {
  const { rows } = await tx.execute<{ value: string; count: number }>(sql`
    select v.value, count(distinct d.id)::int as count
    from muster.device_list d cross join lateral ${valuesOf(from)}
    where ${inScope(scope)} and v.value <> ''
      and starts_with(${sql.raw(foldedSql('v.value'))}, ${wanted.prefix})
    group by v.value order by count desc, v.value limit ${wanted.most}`);
  return rows;
}

function valuesOf(from: ValuesFrom): SQL {
  switch (from.from) {
    case 'column':
      return sql`(select ${sql.raw(from.value)} as value) v`;
    case 'rows':
      return sql`(select ${sql.raw(from.value)} as value from ${sql.raw(from.rows)}) v`;
    case 'map':
      return from.key === undefined
        ? sql`(select jsonb_object_keys(${sql.raw(from.object)}) as value) v`
        : sql`(select ${sql.raw(from.object)} ->> ${from.key}::text as value) v`;
  }
}
