import { type Device, type DeviceId, MusterError } from '@muster/contracts';
import { type Actor, requirePermission, type Scope } from '../../../platform/actor.ts';
import type { Database } from '../../../platform/db/index.ts';
import { findDevice } from '../db/device-rows.ts';

/** One device in full; throws not_found also for a device of an organisation out of scope. */
export async function getDevice(
  deps: { readonly database: Database },
  actor: Actor,
  deviceId: DeviceId,
): Promise<Device> {
  const scope = requirePermission(actor, 'devices:read');
  return readDevice(deps, scope, deviceId);
}

/** The same for use cases that have authorised already and answer with the device. */
export async function readDevice(
  deps: { readonly database: Database },
  scope: Scope,
  deviceId: DeviceId,
): Promise<Device> {
  const device = await deps.database.transaction(scope, (tx) => findDevice(tx, scope, deviceId));
  return device ?? throwNoDevice(deviceId);
}

/** There is no telling whether it never existed or belongs to somebody else. */
export function throwNoDevice(deviceId: DeviceId): never {
  throw new MusterError('not_found', 'There is no such device.', { deviceId });
}
