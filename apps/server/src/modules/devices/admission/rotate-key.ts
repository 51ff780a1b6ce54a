import { createHash } from 'node:crypto';
import type { DeviceLink } from '../../../platform/gateway/ports.ts';
import type { AdmissionDeps } from './admission-deps.ts';
import { replaceKey } from './admission-rows.ts';

/** Stores the new key of a proven device, and tells of the change once. */
export async function rotateKey(
  { database, events }: Pick<AdmissionDeps, 'database' | 'events'>,
  { deviceId }: DeviceLink,
  publicKey: Uint8Array,
): Promise<void> {
  await database.system('admission', async (tx) => {
    const change = await replaceKey(tx, deviceId, publicKey);
    if (!change) return;
    const { orgId, hostname, replaced } = change;
    const payload = { hostname, before: fingerprint(replaced), after: fingerprint(publicKey) };
    await events.append(tx, { type: 'device.key_changed', orgId, subjectId: deviceId, payload });
  });
  events.committed();
}

/** SHA-256 in hex, of the key as SubjectPublicKeyInfo. */
function fingerprint(publicKey: Uint8Array): string {
  return createHash('sha256').update(publicKey).digest('hex');
}
