import type {
  DeviceId,
  InstalledSoftware,
  InventoryChange,
  InventoryItem,
  InventoryState,
} from '@muster/contracts';
import { INVENTORY, type InventoryCategory } from '@muster/contracts/inventory';
import { sql } from 'drizzle-orm';
import type { Tx } from '../../../platform/db/index.ts';

const instant = (column: string) =>
  sql.raw(`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);

/** Age of each category that a device ever sent; scope is the transaction's. */
export async function readStates(tx: Tx, deviceId: DeviceId): Promise<InventoryState[]> {
  const { rows } = await tx.execute<Omit<InventoryState, 'title'>>(sql`
    select category, ${instant('collected_at')} as "collectedAt", ${instant('received_at')} as "receivedAt",
      ${instant('changed_at')} as "changedAt", items, whole, note
    from muster.read_inventory_states(${deviceId}::uuid) order by category`);
  return rows.map((row) => ({ ...row, title: INVENTORY[row.category].title }));
}

/** What a category consists of now. */
export async function readItems(
  tx: Tx,
  deviceId: DeviceId,
  category: InventoryCategory,
): Promise<InventoryItem[]> {
  const { rows } = await tx.execute<InventoryItem>(sql`
    select kind, key, fields, ${instant('since')} as since
    from muster.read_inventory_items(${deviceId}::uuid, ${category})`);
  return rows;
}

/** Where a page of software goes on. */
export type SoftwareCursor = { readonly name: string; readonly title: number; readonly version: number };

type SoftwareRow = InstalledSoftware & { readonly folded: string; readonly versionId: number };

/** A page of what is installed, by name. `like` is a folded pattern of LIKE. */
export async function readSoftware(
  tx: Tx,
  deviceId: DeviceId,
  page: { readonly like: string; readonly after: SoftwareCursor | undefined; readonly limit: number },
): Promise<SoftwareRow[]> {
  const { name, title, version } = page.after ?? { name: '', title: 0, version: 0 };
  const { rows } = await tx.execute<SoftwareRow>(sql`
    select title_id as "titleId", version_id as "versionId", name_folded as folded, ecosystem, name, version, arch,
      publisher, ${instant('installed_at')} as "installedAt", ${instant('since')} as since,
      size_bytes::float8 as "sizeBytes"
    from muster.read_device_software(${deviceId}::uuid, ${page.like}, ${name}, ${title}, ${version}, ${page.limit})`);
  return rows;
}

/** Where history goes on: what is older than this. */
export type ChangeCursor = { readonly at: string; readonly id: string };

const NEWEST: ChangeCursor = { at: 'infinity', id: '9223372036854775807' };

/** A page of what changed, newest first. */
export async function readChanges(
  tx: Tx,
  deviceId: DeviceId,
  page: {
    readonly category: InventoryCategory | undefined;
    readonly since: string | undefined;
    readonly before: ChangeCursor | undefined;
    readonly limit: number;
  },
): Promise<(InventoryChange & { readonly exactAt: string })[]> {
  const before = page.before ?? NEWEST;
  const { rows } = await tx.execute<InventoryChange & { exactAt: string }>(sql`
    select id::text as id, ${instant('at')} as at, at::text as "exactAt", category, kind, key, change, before, after,
      title_id as "titleId"
    from muster.read_inventory_changes(${deviceId}::uuid, ${page.category ?? null}, ${page.since ?? '-infinity'}::timestamptz,
      ${before.at}::timestamptz, ${before.id}::bigint, ${page.limit})`);
  return rows;
}

export { NEWEST };
