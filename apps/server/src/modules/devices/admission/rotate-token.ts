import type { DeviceLink } from '../../../platform/gateway/ports.ts';
import { createDeviceToken, isRotationDue } from '../domain/device-token.ts';
import type { AdmissionDeps } from './admission-deps.ts';
import { lockAdmissions, writeAdmissionKeys } from './admission-rows.ts';
import { rotated } from './decide-hello.ts';

/** A new token for a socket that has been open over the 24 hours (EN-3); '' where none is due. */
export function rotateToken(
  deps: Pick<AdmissionDeps, 'database' | 'clock'>,
  link: DeviceLink,
): Promise<string> {
  const now = new Date(deps.clock.now());
  return deps.database.system('admission', async (tx) => {
    const row = (await lockAdmissions(tx, [link.deviceId])).get(link.deviceId);
    if (!row || !isRotationDue(row.token.rotatedAt, now)) return '';
    const newToken = createDeviceToken();
    await writeAdmissionKeys(tx, [{ ...row, token: rotated(row.token, newToken, 'current', now) }]);
    return newToken;
  });
}
