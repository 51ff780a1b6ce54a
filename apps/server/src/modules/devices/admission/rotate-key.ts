import { createHash } from 'node:crypto';
import type { DeviceLink } from '../../../platform/gateway/ports.ts';
import { mayConnect } from '../domain/lifecycle.ts';
import type { AdmissionDeps } from './admission-deps.ts';
import { lockAdmissions, replaceKey } from './admission-rows.ts';

/**
 * Stores the new key of a proven device, and tells of the change once: said again, because the answer was lost, it
 * changes nothing. Undefined when the key that proved the connection was replaced by another meanwhile: whoever still
 * holds that one, on a copied disk, takes the device from nobody.
 */
export async function rotateKey(
  { database, events }: Pick<AdmissionDeps, 'database' | 'events'>,
  link: DeviceLink,
  publicKey: Uint8Array,
): Promise<DeviceLink | undefined> {
  const { deviceId } = link;
  const changed = await database.system('admission', async (tx) => {
    const row = (await lockAdmissions(tx, [deviceId])).get(deviceId);
    if (row === undefined || !mayConnect(row.lifecycle)) return undefined;
    const [before, after] = [fingerprint(row.publicKey), fingerprint(publicKey)];
    if (before === after) return link;
    if (before !== link.keyFingerprint) return undefined;
    await replaceKey(tx, deviceId, publicKey);
    const payload = { hostname: row.hostname, before, after };
    await events.append(tx, { type: 'device.key_changed', orgId: row.orgId, subjectId: deviceId, payload });
    return { ...link, keyFingerprint: after };
  });
  events.committed();
  return changed;
}

/** SHA-256 in hex, of the key as SubjectPublicKeyInfo. */
export function fingerprint(publicKey: Uint8Array): string {
  return createHash('sha256').update(publicKey).digest('hex');
}
