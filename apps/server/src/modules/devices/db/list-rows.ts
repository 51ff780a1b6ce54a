import type { DeviceId, DeviceRow, DeviceSort } from '@muster/contracts';
import { type SQL, sql } from 'drizzle-orm';
import type { Scope } from '../../../platform/actor.ts';
import { type Tx, uuids } from '../../../platform/db/index.ts';
import type { Cursor } from '../domain/cursor.ts';
import { sortOf } from '../query/sorts.ts';
import { findRows, inScope } from './device-rows.ts';

/** One page of a list: in order, with the cursor that continues it. */
export type PageOfRows = {
  readonly items: DeviceRow[];
  readonly next: Cursor | null;
  /** How many match in all, where that was asked for. */
  readonly matching: number | undefined;
};

export type PageRequest = {
  readonly condition: SQL;
  readonly sort: DeviceSort;
  readonly after: Cursor | undefined;
  readonly limit: number;
  /** Counts on the way: one scan instead of two, but one that cannot stop early. */
  readonly counted: boolean;
  /**
   * In the order of an index, device by device until the page is full. Without the word the planner sorts first what it
   * takes for few, and asks everything of every device (a tag that it believes on 250 devices and that is on 11,000: 235 ms
   * instead of 4).
   */
  readonly walked?: true;
};

/**
 * Reads a page by its keyset: first the ids in order, from narrow columns, then the rows of the page alone. One row more
 * than asked for tells whether there is a next page.
 */
export async function findPage(tx: Tx, scope: Scope, request: PageRequest): Promise<PageOfRows> {
  const { value, descending, indexed } = sortOf(request.sort);
  // What an index has is never null, and read backwards it has nulls first.
  const way = sql.raw(`${descending ? 'desc' : 'asc'}${indexed ? '' : ' nulls last'}`);
  if (request.walked) await tx.execute(sql`set local enable_sort = off`);
  const matching = sql.raw(request.counted ? '(count(*) over ())::int' : 'null');
  // The key becomes text for the rows of the page alone: writing 50,000 times out costs more than sorting them.
  const { rows: keys } = await tx.execute<{ id: DeviceId; key: string | null; matching: number | null }>(sql`
    select id, key::text, matching from (
      select d.id, ${sql.raw(value)} as key, ${matching} as matching
      from muster.device_list d
      where ${inScope(scope)} and ${request.condition} and ${isAfter(request.sort, request.after)}
      order by 2 ${way}, d.id ${way}
      limit ${request.limit + 1}
    ) page order by page.key ${way}, page.id ${way}`);
  const shown = keys.slice(0, request.limit);
  const last = shown.at(-1);
  const hasMore = keys.length > request.limit;
  const rows = new Map((await readRows(tx, scope, shown)).map((row) => [row.id, row]));
  return {
    items: shown.flatMap(({ id }) => rows.get(id) ?? []),
    next: last && hasMore ? { sort: request.sort, key: last.key, id: last.id } : null,
    matching: request.counted ? (keys[0]?.matching ?? 0) : undefined,
  };
}

/** These are few: looked up one by one, whatever was said about joins before. */
async function readRows(tx: Tx, scope: Scope, keys: readonly { id: DeviceId }[]): Promise<DeviceRow[]> {
  await tx.execute(sql`set local enable_nestloop = on`);
  return findRows(
    tx,
    scope,
    keys.map(({ id }) => id),
  );
}

/** Counts what matches, up to `most` where given. */
export async function countMatching(
  tx: Tx,
  scope: Scope,
  condition: SQL,
  most: number | undefined,
): Promise<number> {
  const { rows } = await tx.execute<{ count: number }>(sql`
    select count(*)::int as count from (
      select 1 from muster.device_list d where ${inScope(scope)} and ${condition}
      ${most === undefined ? sql`` : sql`limit ${most}`}
    ) matching`);
  return rows[0]?.count ?? 0;
}

/** How many devices there are of each presence, system and lifecycle together. */
export async function countByState(tx: Tx, scope: Scope, condition: SQL): Promise<StateCount[]> {
  const { rows } = await tx.execute<StateCount>(sql`
    select d.presence, d.os, d.lifecycle, count(*)::int as count
    from muster.device_list d where ${inScope(scope)} and ${condition}
    group by 1, 2, 3`);
  return rows;
}

export type StateCount = {
  readonly presence: DeviceRow['presence'];
  readonly os: DeviceRow['os'];
  readonly lifecycle: DeviceRow['lifecycle'];
  readonly count: number;
};

/** Which of the devices match. */
export async function findMatching(
  tx: Tx,
  scope: Scope,
  condition: SQL,
  ids: readonly DeviceId[],
): Promise<DeviceId[]> {
  if (ids.length === 0) return [];
  const { rows } = await tx.execute<{ id: DeviceId }>(sql`
    select d.id from muster.device_list d
    where ${inScope(scope)} and ${condition}
      and d.id = any (${uuids(ids)})`);
  return rows.map((row) => row.id);
}

function isAfter(sort: DeviceSort, after: Cursor | undefined): SQL {
  if (!after) return sql`true`;
  const { value, type, nullable, descending } = sortOf(sort);
  const key = sql.raw(value);
  const sign = sql.raw(descending ? '<' : '>');
  const id = sql`${after.id}::uuid`;
  if (after.key === null) return sql`(${key} is null and d.id ${sign} ${id})`;
  const behind = sql`(${key}, d.id) ${sign} (${after.key}::${sql.raw(type)}, ${id})`;
  return nullable ? sql`(${behind} or ${key} is null)` : behind;
}
