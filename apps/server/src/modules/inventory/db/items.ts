import type { InventoryCategory } from '@muster/contracts/inventory';
import type { SQL } from 'bun';
import type { Item, ItemKey } from '../domain/read-update.ts';

/** Where items are written: a category of a device, in one of its sendings. */
export type Place = {
  readonly deviceNo: number;
  readonly category: InventoryCategory;
  readonly generation: number;
  readonly at: Date;
};

/** Those of the items named that are kept. */
export async function readItems(tx: SQL, place: Place, named: readonly ItemKey[]): Promise<Item[]> {
  if (named.length === 0) return [];
  return tx`
    select i.kind, i.key, i.fields
    from json_to_recordset(${keysOf(named)}::text::json) as n (kind text, key text)
    join inventory_items i on i.kind = n.kind and i.key = n.key
    where i.device_no = ${place.deviceNo} and i.category = ${place.category}`;
}

/** Adds items, or makes them what they are now. */
export async function writeItems(tx: SQL, place: Place, items: readonly Item[]): Promise<void> {
  if (items.length === 0) return;
  await tx`
    insert into inventory_items as known (device_no, category, kind, key, fields, since, generation)
    select ${place.deviceNo}, ${place.category}, n.kind, n.key, n.fields, ${place.at}, ${place.generation}
    from json_to_recordset(${JSON.stringify(items)}::text::json) as n (kind text, key text, fields jsonb)
    on conflict (device_no, category, kind, key) do update
      set fields = excluded.fields, generation = excluded.generation
      where known.fields is distinct from excluded.fields or known.generation <> excluded.generation`;
}

/** Removes items by name. */
export async function removeItems(tx: SQL, place: Place, named: readonly ItemKey[]): Promise<void> {
  if (named.length === 0) return;
  await tx`
    delete from inventory_items i using json_to_recordset(${keysOf(named)}::text::json) as n (kind text, key text)
    where i.device_no = ${place.deviceNo} and i.category = ${place.category} and i.kind = n.kind and i.key = n.key`;
}

/** Removes what a whole sending did not name; returns it. */
export async function sweepItems(tx: SQL, place: Place): Promise<Item[]> {
  return tx`
    delete from inventory_items where device_no = ${place.deviceNo} and category = ${place.category}
      and generation <> ${place.generation}
    returning kind, key, fields`;
}

const keysOf = (named: readonly ItemKey[]): string =>
  JSON.stringify(named.map(({ kind, key }) => ({ kind, key })));
