import type { SQL } from 'bun';
import type { InstanceName } from '../domain/series.ts';

/** Remembers what a device's instance numbers mean; rows that did not change are not written. */
export async function writeInstanceNames(
  sql: SQL,
  deviceNo: number,
  names: ReadonlyMap<number, InstanceName>,
): Promise<void> {
  if (names.size === 0) return;
  const rows = JSON.stringify([...names].map(([instance, name]) => ({ instance, ...name })));
  await sql`
    insert into telemetry_instances as known (device_no, instance, kind, name, detail)
    select ${deviceNo}::int, instance, kind, name, detail
    from json_to_recordset(${rows}::text::json) as given (instance int, kind text, name text, detail text)
    on conflict (device_no, instance) do update
      set kind = excluded.kind, name = excluded.name, detail = excluded.detail
      where (known.kind, known.name, known.detail) is distinct from (excluded.kind, excluded.name, excluded.detail)`;
}
