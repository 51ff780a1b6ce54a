import type { DeviceId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import type { Tx } from '../../../platform/db/index.ts';
import { throwNoDevice } from './get-device.ts';

/** Throws not_found for a device that the transaction's scope does not show. */
export async function mustExist(tx: Tx, deviceId: DeviceId): Promise<void> {
  const { rowCount } = await tx.execute(sql`select from devices where id = ${deviceId}`);
  if (!rowCount) throwNoDevice(deviceId);
}
