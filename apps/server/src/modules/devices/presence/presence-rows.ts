import type { DeviceId, OrgId, Presence, PresenceReason } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import type { Tx } from '../../../platform/db/index.ts';
import type { StoredPresence } from './held-device.ts';

/** A device's presence as it is to be stored. */
export type PresenceWrite = {
  readonly deviceNo: number;
  readonly presence: Presence;
  readonly reason: PresenceReason;
  readonly sinceMs: number;
  readonly seenMs: number;
  readonly epoch: bigint;
  readonly beaconIntervalMs: number;
};

/** A row that was written. */
export type PresenceWritten = {
  readonly deviceNo: number;
  readonly deviceId: DeviceId;
  readonly orgId: OrgId;
  readonly hostname: string;
  readonly before: Presence;
};

/**
 * Writes what changed in one statement and returns the rows that took it. A row refuses when a newer connection is
 * known, or when another gateway holds this one; `holdsSocket` says that the sockets are open here, which outweighs an
 * adoption by somebody who thought us gone. A last contact that is more than a day later than this one was written while
 * the clock of the server ran ahead.
 */
export async function writePresence(
  tx: Tx,
  gatewayId: string,
  holdsSocket: boolean,
  writes: readonly PresenceWrite[],
): Promise<PresenceWritten[]> {
  const rows = JSON.stringify(writes.map(toRecord));
  const { rows: written } = await tx.execute<WrittenRow>(sql`
    with change as (
      select c.*, d.id, d.org_id, d.hostname
      from jsonb_to_recordset(${rows}::jsonb) as c(device_no int, presence text, reason text, since timestamptz,
        last_seen_at timestamptz, connection_epoch bigint, beacon_interval_ms int)
      join devices d on d.device_no = c.device_no
      order by c.device_no
    ), written as (
      insert into device_presence as p (device_no, presence, reason, since, first_seen_at, last_seen_at, gateway_id,
        connection_epoch, beacon_interval_ms)
      select device_no, presence, reason, since, last_seen_at, last_seen_at, ${gatewayId}, connection_epoch,
        beacon_interval_ms
      from change
      on conflict (device_no) do update set presence = excluded.presence, reason = excluded.reason,
        since = excluded.since, first_seen_at = coalesce(p.first_seen_at, excluded.first_seen_at),
        last_seen_at = case when p.last_seen_at > excluded.last_seen_at + interval '1 day' then excluded.last_seen_at
          else greatest(p.last_seen_at, excluded.last_seen_at) end,
        gateway_id = excluded.gateway_id, connection_epoch = excluded.connection_epoch,
        beacon_interval_ms = excluded.beacon_interval_ms
      where p.connection_epoch < excluded.connection_epoch
        or (p.connection_epoch = excluded.connection_epoch and (${holdsSocket} or p.gateway_id = excluded.gateway_id))
      returning p.device_no, old.presence as before
    )
    select w.device_no, w.before, c.id, c.org_id, c.hostname
    from written w join change c on c.device_no = w.device_no`);
  return written.map((row) => ({
    deviceNo: row.device_no,
    deviceId: row.id,
    orgId: row.org_id,
    hostname: row.hostname,
    before: row.before,
  }));
}

/** Devices that this gateway held when it was last heard of. */
export async function findHeldBy(tx: Tx, gatewayId: string): Promise<StoredPresence[]> {
  const { rows } = await tx.execute<StoredRow>(sql`
    select ${storedColumns} from device_presence p join devices d on d.device_no = p.device_no
    where p.gateway_id = ${gatewayId} and p.presence in ('online', 'unresponsive')`);
  return rows.map(fromRow);
}

/** Makes this gateway the holder of what lost ones held; returns those devices. */
export async function takeOver(
  tx: Tx,
  lost: readonly string[],
  gatewayId: string,
): Promise<StoredPresence[]> {
  if (lost.length === 0) return [];
  const { rows } = await tx.execute<StoredRow>(sql`
    update device_presence p set gateway_id = ${gatewayId}
    from devices d
    where d.device_no = p.device_no and p.presence in ('online', 'unresponsive')
      and p.gateway_id in (select jsonb_array_elements_text(${JSON.stringify(lost)}::jsonb))
    returning ${storedColumns}`);
  return rows.map(fromRow);
}

const storedColumns = sql.raw(`p.device_no, d.id, d.org_id, p.presence, p.reason,
  extract(epoch from p.since) * 1000 as since_ms, extract(epoch from p.last_seen_at) * 1000 as seen_ms,
  p.beacon_interval_ms, p.connection_epoch,
  (select (h.fields ->> 'offlineLimit')::int from muster.policy_of(d.id) h) as offline_limit_s`);

type WrittenRow = {
  device_no: number;
  id: DeviceId;
  org_id: OrgId;
  hostname: string;
  before: Presence;
};

type StoredRow = {
  device_no: number;
  id: DeviceId;
  org_id: OrgId;
  presence: 'online' | 'unresponsive';
  reason: PresenceReason;
  since_ms: string;
  seen_ms: string;
  beacon_interval_ms: number;
  connection_epoch: string;
  offline_limit_s: number | null;
};

function toRecord(write: PresenceWrite) {
  return {
    device_no: write.deviceNo,
    presence: write.presence,
    reason: write.reason,
    since: new Date(write.sinceMs).toISOString(),
    last_seen_at: new Date(write.seenMs).toISOString(),
    connection_epoch: String(write.epoch),
    beacon_interval_ms: write.beaconIntervalMs,
  };
}

function fromRow(row: StoredRow): StoredPresence {
  return {
    deviceNo: row.device_no,
    deviceId: row.id,
    orgId: row.org_id,
    presence: row.presence,
    reason: row.reason,
    sinceMs: Number(row.since_ms),
    seenMs: Number(row.seen_ms),
    beaconIntervalMs: row.beacon_interval_ms,
    offlineLimitMs: row.offline_limit_s === null ? undefined : row.offline_limit_s * 1_000,
    epoch: BigInt(row.connection_epoch),
  };
}
