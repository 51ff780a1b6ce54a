import type { Rejected } from '@muster/contracts/wire';
import { verifyP256 } from '../../crypto/index.ts';
import type { DeviceIdentity } from '../ports.ts';
import { badSignature, replacedKey } from './rejections.ts';

/** Undefined when the device's key made the signature over `bytes`; else what its maker is told. */
export function judgeSignature(
  { publicKey, previousPublicKey }: DeviceIdentity,
  bytes: Uint8Array,
  signature: Uint8Array,
): Rejected | undefined {
  if (verifyP256(publicKey, bytes, signature)) return undefined;
  const isReplaced = previousPublicKey !== undefined && verifyP256(previousPublicKey, bytes, signature);
  return isReplaced ? replacedKey() : badSignature();
}
