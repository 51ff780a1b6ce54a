import type { InventoryCategory } from '@muster/contracts/inventory';
import type { SQL } from 'bun';

/** What is known of a category of a device before an update. */
export type StateRow = {
  readonly state: Uint8Array;
  readonly generation: number;
  readonly replacing: boolean;
  readonly whole: boolean;
};

/** Locks the category of a device until the transaction ends; undefined before its first update. */
export async function lockState(
  tx: SQL,
  deviceNo: number,
  category: InventoryCategory,
): Promise<StateRow | undefined> {
  // The row may not exist yet: two first updates of one category wait for each other here.
  await tx`select pg_advisory_xact_lock(${deviceNo}::int, hashtext(${category}))`;
  const rows: StateRow[] = await tx`
    select state, generation::int as generation, replacing, whole from inventory_states
    where device_no = ${deviceNo} and category = ${category} for update`;
  return rows[0];
}

/** Says that a category was looked at again and is as it was. */
export async function touchState(
  tx: SQL,
  at: { readonly deviceNo: number; readonly category: InventoryCategory },
  seen: { readonly collectedAt: Date; readonly receivedAt: Date; readonly note: string },
): Promise<void> {
  await tx`
    update inventory_states
    set collected_at = ${seen.collectedAt}, received_at = ${seen.receivedAt}, note = ${seen.note}
    where device_no = ${at.deviceNo} and category = ${at.category}`;
}

export type NextState = StateRow & {
  readonly deviceNo: number;
  readonly category: InventoryCategory;
  readonly collectedAt: Date;
  readonly receivedAt: Date;
  readonly hasChanged: boolean;
  readonly note: string;
};

/** Writes where a category stands after an update; items are counted anew. */
export async function writeState(tx: SQL, next: NextState): Promise<void> {
  const table = next.category === 'software' ? 'device_software' : 'inventory_items';
  const isOurs =
    next.category === 'software'
      ? tx`device_no = ${next.deviceNo}`
      : tx`device_no = ${next.deviceNo} and category = ${next.category}`;
  await tx`
    insert into inventory_states as known (device_no, category, state, collected_at, received_at, changed_at, items,
      generation, replacing, whole, note)
    values (${next.deviceNo}, ${next.category}, ${next.state}, ${next.collectedAt}, ${next.receivedAt},
      ${next.receivedAt}, (select count(*)::int from ${tx(table)} where ${isOurs}),
      ${next.generation}, ${next.replacing}, ${next.whole}, ${next.note})
    on conflict (device_no, category) do update set state = excluded.state, collected_at = excluded.collected_at,
      received_at = excluded.received_at, items = excluded.items, generation = excluded.generation,
      replacing = excluded.replacing, whole = excluded.whole, note = excluded.note,
      changed_at = case when ${next.hasChanged}::boolean then excluded.changed_at else known.changed_at end`;
}
