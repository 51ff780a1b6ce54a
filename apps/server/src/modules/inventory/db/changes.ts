import type { SQL } from 'bun';
import type { Change } from '../domain/changes.ts';
import type { Place } from './items.ts';

/** Writes history. Software carries its title, so that the fleet can be asked where else it arrived. */
export async function writeChanges(tx: SQL, place: Place, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return;
  const software = place.category === 'software';
  await tx`
    insert into inventory_changes (device_no, at, category, kind, key, change, before, after, title_id)
    select ${place.deviceNo}, ${place.at}, ${place.category}, n.kind, n.key, n.change, n.before, n.after, t.id
    from json_to_recordset(${JSON.stringify(changes)}::text::json) as n (kind text, key text, change text, before jsonb,
      after jsonb)
    left join software_titles t on ${software}::boolean
      and t.ecosystem = coalesce(n.after, n.before) ->> 'ecosystem' and t.name = coalesce(n.after, n.before) ->> 'name'`;
}

/** How long history is kept; declared beside its table, carried out by dropping months. */
const KEEP_CHANGES_DAYS = 400;
const DAY_MS = 86_400_000;

/** Makes this month's partition and the next, and drops those past retention; returns the names dropped. */
export async function tidyChanges(sql: SQL, nowMs: number): Promise<string[]> {
  const [now, ahead] = [new Date(nowMs), new Date(nowMs + 31 * DAY_MS)];
  await sql`select muster.make_inventory_partitions(${now}, ${ahead})`;
  const rows: { name: string }[] = await sql`
    select * from muster.drop_inventory_partitions(${new Date(nowMs - KEEP_CHANGES_DAYS * DAY_MS)}) as part (name)`;
  return rows.map((row) => row.name);
}
