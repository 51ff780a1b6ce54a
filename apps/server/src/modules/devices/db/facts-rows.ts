import type { DeviceId, OrgId } from '@muster/contracts';
import { versionSortKey } from '@muster/query';
import { type SQL, sql } from 'drizzle-orm';
import type { Tx } from '../../../platform/db/index.ts';
import { type DeviceFacts, searchText } from '../domain/device-facts.ts';

/** Facts as stored, and what belongs to the device itself. */
export type StoredFacts = { readonly facts: DeviceFacts; readonly displayName: string | null };

/** Facts of a device, its row locked against other changes; undefined where there is none. */
export async function lockFacts(tx: Tx, deviceId: DeviceId): Promise<StoredFacts | undefined> {
  const { rows } = await tx.execute<FactsRow>(sql`
    select d.hostname, d.os, d.os_name, d.os_version, d.arch, d.serial_number, d.manufacturer, d.model, d.booted_at,
      array(select host(a) from unnest(d.addresses) with ordinality u(a, n) order by n) as addresses, d.macs,
      d.display_name, f.fqdn, f.os_build, f.kernel, f.cpu_model, f.cpu_cores, f.memory_total_bytes, f.timezone,
      f.virtualisation, f.machine_id, f.interfaces
    from devices d join device_facts f on f.device_id = d.id
    where d.id = ${deviceId} and d.deleted_at is null
    for no key update of d`);
  return rows[0] && { facts: fromRow(rows[0]), displayName: rows[0].display_name };
}

/** Column assignments for the facts that live in `devices`. */
export function factColumns(facts: DeviceFacts, displayName: string | null): SQL {
  return sql`hostname = ${facts.hostname}, hostname_folded = lower(${facts.hostname} collate "pg_c_utf8"),
    search_text = ${searchText(facts, displayName)}, os = ${facts.os}, os_name = ${facts.osName},
    os_version = ${facts.osVersion}, os_version_key = ${versionSortKey(facts.osVersion)}, arch = ${facts.arch},
    serial_number = ${facts.serialNumber}, manufacturer = ${facts.manufacturer}, model = ${facts.model},
    booted_at = ${facts.bootedAt}, addresses = ${jsonArray(facts.addresses)}::inet[],
    macs = ${jsonArray(facts.macs)}`;
}

/** Stores facts in both tables; the device's version rises. */
export async function writeFacts(tx: Tx, deviceId: DeviceId, stored: StoredFacts): Promise<void> {
  await tx.execute(sql`
    update devices set ${factColumns(stored.facts, stored.displayName)}, version = version + 1, updated_at = now()
    where id = ${deviceId}`);
  await tx.execute(sql`
    update device_facts set ${detailColumns(stored.facts)} where device_id = ${deviceId}`);
}

/** The first facts of a device. */
export async function insertDetails(
  tx: Tx,
  device: { deviceId: DeviceId; orgId: OrgId },
  facts: DeviceFacts,
): Promise<void> {
  await tx.execute(sql`
    insert into device_facts (device_id, org_id, reported_at) values (${device.deviceId}, ${device.orgId}, now())`);
  await tx.execute(sql`update device_facts set ${detailColumns(facts)} where device_id = ${device.deviceId}`);
}

/** A text[] out of a list; the driver would turn a list into a record. */
export function jsonArray(items: readonly string[]): SQL {
  return sql`array(select jsonb_array_elements_text(${JSON.stringify(items)}::jsonb))`;
}

function detailColumns(facts: DeviceFacts): SQL {
  return sql`fqdn = ${facts.fqdn}, os_build = ${facts.osBuild}, kernel = ${facts.kernel},
    cpu_model = ${facts.cpuModel}, cpu_cores = ${facts.cpuCores}, memory_total_bytes = ${facts.memoryTotalBytes},
    timezone = ${facts.timezone}, virtualisation = ${facts.virtualisation}, machine_id = ${facts.machineId},
    interfaces = ${JSON.stringify(facts.interfaces)}::jsonb, reported_at = now()`;
}

type FactsRow = {
  hostname: string;
  os: DeviceFacts['os'];
  os_name: string;
  os_version: string;
  arch: string;
  serial_number: string | null;
  manufacturer: string | null;
  model: string | null;
  booted_at: string | null;
  addresses: string[];
  macs: string[];
  display_name: string | null;
  fqdn: string | null;
  os_build: string | null;
  kernel: string | null;
  cpu_model: string | null;
  cpu_cores: number | null;
  memory_total_bytes: string | null;
  timezone: string | null;
  virtualisation: string | null;
  machine_id: string | null;
  interfaces: DeviceFacts['interfaces'];
};

function fromRow(row: FactsRow): DeviceFacts {
  return {
    hostname: row.hostname,
    os: row.os,
    osName: row.os_name,
    osVersion: row.os_version,
    arch: row.arch,
    serialNumber: row.serial_number,
    manufacturer: row.manufacturer,
    model: row.model,
    bootedAt: row.booted_at === null ? null : new Date(row.booted_at).toISOString(),
    addresses: row.addresses,
    macs: row.macs,
    fqdn: row.fqdn,
    osBuild: row.os_build,
    kernel: row.kernel,
    cpuModel: row.cpu_model,
    cpuCores: row.cpu_cores,
    memoryTotalBytes: row.memory_total_bytes === null ? null : Number(row.memory_total_bytes),
    timezone: row.timezone,
    virtualisation: row.virtualisation,
    machineId: row.machine_id,
    interfaces: row.interfaces.map(({ name, mac, addresses }) => ({ name, mac, addresses })),
  };
}
