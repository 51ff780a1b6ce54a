import type { DeviceId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import type { Scope } from '../../../platform/actor.ts';
import { deviceInScope, type Tx } from '../../../platform/db/index.ts';
import { throwNoDevice } from './get-device.ts';

/** Throws not_found for a device that is not in the scope. */
export async function mustExist(tx: Tx, scope: Scope, deviceId: DeviceId): Promise<void> {
  const { rowCount } = await tx.execute(
    sql`select from devices d where d.id = ${deviceId} and ${deviceInScope(scope)}`,
  );
  if (!rowCount) throwNoDevice(deviceId);
}
