import type { DeviceId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import type { Tx } from '../../../platform/db/index.ts';
import type { InstanceName } from '../domain/series.ts';
import type { Tier } from '../domain/tiers.ts';

/** Packed rows of a device from one tier, from (inclusive) to (exclusive) in minutes since the epoch; scope is the transaction's. */
export async function readPacked(
  tx: Tx,
  deviceId: DeviceId,
  tier: Tier['name'],
  window: { from: number; to: number },
): Promise<{ at: number; packed: Uint8Array }[]> {
  const result = await tx.execute<{ at: number; packed: Uint8Array }>(
    sql`select at, packed from muster.read_telemetry(${deviceId}::uuid, ${tier}, ${window.from}::int, ${window.to}::int)`,
  );
  return result.rows;
}

/** The device's dictionary of instances. */
export async function readInstanceNames(tx: Tx, deviceId: DeviceId): Promise<Map<number, InstanceName>> {
  const result = await tx.execute<{ instance: number } & InstanceName>(
    sql`select instance, kind, name, detail from muster.read_telemetry_instances(${deviceId}::uuid)`,
  );
  return new Map(result.rows.map(({ instance, kind, name, detail }) => [instance, { kind, name, detail }]));
}
