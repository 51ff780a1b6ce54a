import type { DeviceId, Lifecycle, OrgId, SiteId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import type { Scope } from '../../../platform/actor.ts';
import { type Tx, uuids } from '../../../platform/db/index.ts';
import { type DeviceFacts, searchText } from '../domain/device-facts.ts';
import { inScope } from './device-rows.ts';

/** What a person can change of a device, and what belongs to that. */
export type ChangeableDevice = {
  readonly deviceId: DeviceId;
  readonly deviceNo: number;
  readonly orgId: OrgId;
  readonly siteId: SiteId;
  readonly hostname: string;
  readonly displayName: string | null;
  /** Those that were set by hand. */
  readonly tags: Readonly<Record<string, string>>;
  /** Those that the device has from smart groups. */
  readonly ruledTags: Readonly<Record<string, string>>;
  readonly lifecycle: Lifecycle;
  readonly version: number;
  readonly searched: Pick<DeviceFacts, 'hostname' | 'serialNumber' | 'addresses'>;
};

/** The device, locked until the transaction ends; undefined where it does not exist in scope. */
export async function lockDevice(
  tx: Tx,
  scope: Scope,
  deviceId: DeviceId,
): Promise<ChangeableDevice | undefined> {
  return (await lockDevices(tx, scope, [deviceId]))[0];
}

/**
 * Those of the devices that exist in scope, locked until the transaction ends. In the order of their ids, as admission
 * and smart groups lock them: nobody waits in a circle.
 */
export async function lockDevices(
  tx: Tx,
  scope: Scope,
  deviceIds: readonly DeviceId[],
): Promise<ChangeableDevice[]> {
  const { rows } = await tx.execute<Row>(sql`
    select d.id, d.device_no, d.org_id, d.site_id, d.hostname, d.display_name, d.tags, d.ruled_tags, d.lifecycle, d.version,
      d.serial_number, array(select host(a) from unnest(d.addresses) with ordinality u(a, n) order by n) as addresses
    from devices d where d.id = any (${uuids(deviceIds)}) and d.deleted_at is null and ${inScope(scope)}
    order by d.id for no key update`);
  return rows.map(fromRow);
}

/** Stores the state; the version rises. */
export async function writeLifecycle(tx: Tx, deviceId: DeviceId, lifecycle: Lifecycle): Promise<void> {
  await tx.execute(sql`
    update devices set lifecycle = ${lifecycle}, version = version + 1, updated_at = now() where id = ${deviceId}`);
}

/** A device, and what of it people want to be otherwise. */
export type DeviceChange = {
  readonly before: ChangeableDevice;
  readonly after: Pick<ChangeableDevice, 'displayName' | 'tags' | 'siteId'>;
};

/** Stores name, tags and site of the devices; their versions rise. */
export async function writeChanges(tx: Tx, changes: readonly DeviceChange[]): Promise<void> {
  const records = changes.map(({ before, after: { displayName, tags, siteId } }) => ({
    id: before.deviceId,
    display_name: displayName,
    tags,
    site_id: siteId,
    search_text: searchText(before.searched, displayName),
  }));
  await tx.execute(sql`
    update devices d set display_name = c.display_name, tags = c.tags, site_id = c.site_id,
      search_text = c.search_text, version = d.version + 1, updated_at = now()
    from jsonb_to_recordset(${JSON.stringify(records)}::jsonb) as c(id uuid, display_name text, tags jsonb,
      site_id uuid, search_text text)
    where d.id = c.id`);
}

type Row = {
  id: DeviceId;
  device_no: number;
  org_id: OrgId;
  site_id: SiteId;
  hostname: string;
  display_name: string | null;
  tags: Record<string, string>;
  ruled_tags: Record<string, string>;
  lifecycle: Lifecycle;
  version: number;
  serial_number: string | null;
  addresses: string[];
};

function fromRow(row: Row): ChangeableDevice {
  return {
    deviceId: row.id,
    deviceNo: row.device_no,
    orgId: row.org_id,
    siteId: row.site_id,
    hostname: row.hostname,
    displayName: row.display_name,
    tags: row.tags,
    ruledTags: row.ruled_tags,
    lifecycle: row.lifecycle,
    version: row.version,
    searched: { hostname: row.hostname, serialNumber: row.serial_number, addresses: row.addresses },
  };
}
