import type { Device, DeviceId, DeviceRow } from '@muster/contracts';
import { type SQL, sql } from 'drizzle-orm';
import type { Scope } from '../../../platform/actor.ts';
import { deviceInScope, type Tx } from '../../../platform/db/index.ts';
import { jsonArray } from './facts-rows.ts';

const instant = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Columns of a list's row, from `muster.device_list d`. */
const rowColumns: SQL = sql.raw(`d.id, d.hostname, d.display_name, d.org_id, d.site_id, d.site_name, d.os,
  d.os_name, d.os_version, d.arch, d.agent_version, d.serial_number,
  array(select host(a) from unnest(d.addresses) with ordinality u(a, n) order by n) as addresses, d.tags, d.lifecycle,
  d.presence, d.presence_reason, ${instant('d.presence_since')} as presence_since,
  ${instant('d.last_seen_at')} as last_seen_at, ${instant('d.latest_at')} as latest_at, d.cpu_percent,
  d.memory_percent, d.disk_free_percent_least, d.network_bits_per_second, ${instant('d.created_at')} as created_at`);

const detailColumns: SQL =
  sql.raw(`d.version, o.name as org_name, f.fqdn, f.os_build, f.kernel, d.manufacturer, d.model,
  f.cpu_model, f.cpu_cores, f.memory_total_bytes, ${instant('d.booted_at')} as booted_at, f.timezone, f.virtualisation,
  f.interfaces, d.policy_level, d.clone_of, d.agent_resident_bytes, d.agent_cpu_percent, d.agent_shedding,
  d.agent_minutes_dropped, ${instant('d.enrolled_at')} as enrolled_at, ${instant('d.updated_at')} as updated_at`);

/** Rows of those devices that are in scope, in no order. */
export async function findRows(tx: Tx, scope: Scope, ids: readonly DeviceId[]): Promise<DeviceRow[]> {
  if (ids.length === 0) return [];
  const { rows } = await tx.execute<ListedRow>(sql`
    select ${rowColumns} from muster.device_list d
    where d.id = any (${jsonArray(ids)}::uuid[]) and ${inScope(scope)}`);
  return rows.map(toDeviceRow);
}

/** One device in full; undefined where it does not exist in scope. */
export async function findDevice(tx: Tx, scope: Scope, deviceId: DeviceId): Promise<Device | undefined> {
  const { rows } = await tx.execute<DetailedRow>(sql`
    select ${rowColumns}, ${detailColumns}
    from muster.device_list d
    join device_facts f on f.device_id = d.id
    join organisations o on o.id = d.org_id
    where d.id = ${deviceId} and ${inScope(scope)}`);
  return rows[0] && toDevice(rows[0]);
}

/** The scope as a condition on a device row called `d`. */
export const inScope = deviceInScope;

/** As the driver hands it out. */
type ListedRow = {
  id: DeviceId;
  hostname: string;
  display_name: string | null;
  org_id: DeviceRow['orgId'];
  site_id: DeviceRow['siteId'];
  site_name: string;
  os: DeviceRow['os'];
  os_name: string;
  os_version: string;
  arch: string;
  agent_version: string;
  serial_number: string | null;
  addresses: string[];
  tags: Record<string, string>;
  lifecycle: DeviceRow['lifecycle'];
  presence: DeviceRow['presence'];
  presence_reason: DeviceRow['presenceReason'];
  presence_since: string;
  last_seen_at: string | null;
  latest_at: string | null;
  cpu_percent: number | null;
  memory_percent: number | null;
  disk_free_percent_least: number | null;
  network_bits_per_second: string | null;
  created_at: string;
};

type DetailedRow = ListedRow & {
  version: number;
  org_name: string;
  fqdn: string | null;
  os_build: string | null;
  kernel: string | null;
  manufacturer: string | null;
  model: string | null;
  cpu_model: string | null;
  cpu_cores: number | null;
  memory_total_bytes: string | null;
  booted_at: string | null;
  timezone: string | null;
  virtualisation: string | null;
  interfaces: Device['interfaces'];
  policy_level: Device['policyLevel'];
  clone_of: DeviceId | null;
  agent_resident_bytes: string | null;
  agent_cpu_percent: number | null;
  agent_shedding: boolean | null;
  agent_minutes_dropped: string | null;
  enrolled_at: string;
  updated_at: string;
};

/** A list's row in the contract's shape. */
function toDeviceRow(row: ListedRow): DeviceRow {
  return {
    id: row.id,
    hostname: row.hostname,
    displayName: row.display_name,
    orgId: row.org_id,
    siteId: row.site_id,
    siteName: row.site_name,
    os: row.os,
    osName: row.os_name,
    osVersion: row.os_version,
    arch: row.arch,
    agentVersion: row.agent_version,
    serialNumber: row.serial_number,
    addresses: row.addresses,
    tags: row.tags,
    lifecycle: row.lifecycle,
    presence: row.presence,
    presenceReason: row.presence_reason,
    presenceSince: row.presence_since,
    lastSeenAt: row.last_seen_at,
    latest: row.latest_at === null ? null : { at: row.latest_at, ...latestOf(row) },
    createdAt: row.created_at,
  };
}

function latestOf(row: ListedRow) {
  return {
    cpuPercent: row.cpu_percent,
    memoryPercent: row.memory_percent,
    diskPercent: row.disk_free_percent_least === null ? null : 100 - row.disk_free_percent_least,
    networkBitsPerSecond: numberOrNull(row.network_bits_per_second),
  };
}

function toDevice(row: DetailedRow): Device {
  return {
    ...toDeviceRow(row),
    etag: etagOf(row.version),
    orgName: row.org_name,
    fqdn: row.fqdn,
    osBuild: row.os_build,
    kernel: row.kernel,
    manufacturer: row.manufacturer,
    model: row.model,
    cpuModel: row.cpu_model,
    cpuCores: row.cpu_cores,
    memoryTotalBytes: numberOrNull(row.memory_total_bytes),
    bootedAt: row.booted_at,
    timezone: row.timezone,
    virtualisation: row.virtualisation,
    interfaces: row.interfaces,
    policyLevel: row.policy_level,
    cloneOf: row.clone_of,
    agentHealth: healthOf(row),
    enrolledAt: row.enrolled_at,
    updatedAt: row.updated_at,
  };
}

function healthOf(row: DetailedRow): Device['agentHealth'] {
  if (row.agent_resident_bytes === null) return null;
  return {
    residentBytes: Number(row.agent_resident_bytes),
    cpuPercent: row.agent_cpu_percent ?? 0,
    shedding: row.agent_shedding ?? false,
    minutesDropped: Number(row.agent_minutes_dropped ?? 0),
  };
}

/** The etag of a version, quoted as HTTP wants it. */
export function etagOf(version: number): string {
  return `"${version}"`;
}

/** bigint columns arrive as text. */
function numberOrNull(text: string | null): number | null {
  return text === null ? null : Number(text);
}
