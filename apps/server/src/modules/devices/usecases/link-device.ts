import { type DeviceId, MusterError } from '@muster/contracts';
import { type Actor, requirePermission } from '../../../platform/actor.ts';
import type { Database } from '../../../platform/db/index.ts';
import type { DeviceLink } from '../../../platform/gateway/ports.ts';
import { takeConnectionEpochs } from '../admission/admission-rows.ts';
import { lockDevice } from '../db/change-rows.ts';
import { mayConnect } from '../domain/lifecycle.ts';
import { throwNoDevice } from './get-device.ts';

/** A connection of a device that somebody with rights speaks for (a foreign node's check-in), as the gateway knows it. */
export async function linkDevice(
  deps: { readonly database: Database },
  actor: Actor,
  deviceId: DeviceId,
): Promise<DeviceLink> {
  const scope = requirePermission(actor, 'devices:check-in');
  const device =
    (await deps.database.transaction(scope, (tx) => lockDevice(tx, scope, deviceId))) ??
    throwNoDevice(deviceId);
  const { deviceNo, orgId, lifecycle } = device;
  if (!mayConnect(lifecycle)) {
    throw new MusterError('forbidden', `${device.hostname} is ${lifecycle} and may not report.`, {
      deviceId,
      lifecycle,
    });
  }
  const [connectionEpoch = 0n] = await deps.database.system('link', (tx) => takeConnectionEpochs(tx, 1));
  return { deviceId, deviceNo, orgId, lifecycle, connectionEpoch };
}
