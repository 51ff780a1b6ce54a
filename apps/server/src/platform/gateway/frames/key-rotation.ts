import { type KeyRotation, signedBytes } from '@muster/contracts/wire';
import { isP256PublicKey, verifyP256 } from '../../crypto/index.ts';
import type { GatewayContext } from '../context.ts';
import type { DeviceLink } from '../ports.ts';

/**
 * A proven device changes its key: checks that it has the new one, stores it, and certifies it. The agent keeps both keys
 * until it has the reply, and tries the new one first: whether or not the reply got through, one of the two is right.
 * Undefined when the new key is not one, its proof does not hold, or the connection's own key was replaced already.
 */
export async function verifyRotation(
  context: GatewayContext,
  link: DeviceLink,
  rotation: KeyRotation,
): Promise<{ readonly link: DeviceLink; readonly deviceCertificate: Uint8Array } | undefined> {
  const { publicKey, proof } = rotation;
  const store = context.ports.admission.rotateKey;
  if (store === undefined || !isP256PublicKey(publicKey)) return undefined;
  if (!verifyP256(publicKey, signedBytes('rotate', link.deviceId, publicKey), proof)) return undefined;
  const deviceCertificate = await context.trust.issueDeviceCertificate(link.deviceId, publicKey);
  const changed = await store.call(context.ports.admission, link, publicKey);
  return changed && { link: changed, deviceCertificate };
}
