import { fold } from '@muster/query';
import type { SQL } from 'bun';
import type { Latest } from '../domain/latest.ts';

/** Latest values of one device; `minute` counts minutes since the epoch. */
export type LatestRow = { readonly deviceNo: number; readonly minute: number } & Latest;

/**
 * Upserts latest values in one statement. A minute older than the one known changes nothing, unless that one is of a
 * future in which no clock is right.
 */
export async function writeLatest(sql: SQL, rows: readonly LatestRow[]): Promise<void> {
  if (rows.length === 0) return;
  const sorted = [...rows].sort((left, right) => left.deviceNo - right.deviceNo);
  await sql`
    insert into device_latest as known
    select * from json_populate_recordset(null::device_latest, ${JSON.stringify(sorted.map(record))}::text::json)
    on conflict (device_no) do update set
      at = excluded.at, cpu_percent = excluded.cpu_percent, memory_percent = excluded.memory_percent,
      network_bits_per_second = excluded.network_bits_per_second,
      disk_free_percent_least = excluded.disk_free_percent_least, disk_free_percent_most = excluded.disk_free_percent_most,
      disk_free_bytes_least = excluded.disk_free_bytes_least, disk_free_bytes_most = excluded.disk_free_bytes_most,
      disk_names = excluded.disk_names, disk_free_percents = excluded.disk_free_percents,
      disk_free_bytes = excluded.disk_free_bytes,
      agent_resident_bytes = coalesce(excluded.agent_resident_bytes, known.agent_resident_bytes),
      agent_cpu_percent = coalesce(excluded.agent_cpu_percent, known.agent_cpu_percent),
      agent_shedding = coalesce(excluded.agent_shedding, known.agent_shedding),
      agent_minutes_dropped = coalesce(excluded.agent_minutes_dropped, known.agent_minutes_dropped)
    where known.at <= excluded.at or known.at > now() + interval '10 minutes'`;
}

/** Column names of device_latest (modules/devices owns the table). */
function record(row: LatestRow): Record<string, unknown> {
  const percents = row.disks.map((disk) => disk.freePercent);
  const bytes = row.disks.map((disk) => Math.round(disk.freeBytes));
  const any = row.disks.length > 0;
  return {
    device_no: row.deviceNo,
    at: new Date(row.minute * 60_000).toISOString(),
    cpu_percent: row.cpuPercent,
    memory_percent: row.memoryPercent,
    network_bits_per_second: row.networkBitsPerSecond === null ? null : Math.round(row.networkBitsPerSecond),
    disk_free_percent_least: any ? Math.min(...percents) : null,
    disk_free_percent_most: any ? Math.max(...percents) : null,
    disk_free_bytes_least: any ? Math.min(...bytes) : null,
    disk_free_bytes_most: any ? Math.max(...bytes) : null,
    disk_names: row.disks.map((disk) => fold(disk.name)),
    disk_free_percents: percents,
    disk_free_bytes: bytes,
    agent_resident_bytes: row.agent?.residentBytes ?? null,
    agent_cpu_percent: row.agent?.cpuPercent ?? null,
    agent_shedding: row.agent?.shedding ?? null,
    agent_minutes_dropped: row.agent?.minutesDropped ?? null,
  };
}
