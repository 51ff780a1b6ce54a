import { createHash } from 'node:crypto';
import { MusterError } from '@muster/contracts';
import { type EnrolRequest, signedBytes } from '@muster/contracts/wire';
import { isP256PublicKey, verifyP256 } from '../../../platform/crypto/index.ts';

/** What the machine signs with its new key, and with the key it already has. */
export function enrolBytes({ token, publicKey }: Pick<EnrolRequest, 'token' | 'publicKey'>): Uint8Array {
  return signedBytes('enrol', createHash('sha256').update(token).digest(), publicKey);
}

/** Throws unless the machine holds the key that it wants certified. */
export function demandProof(request: EnrolRequest): void {
  if (!isP256PublicKey(request.publicKey)) {
    throw new MusterError('invalid_input', 'The public key is not a P-256 key.', { field: 'public_key' });
  }
  if (!verifyP256(request.publicKey, enrolBytes(request), request.proof)) {
    throw new MusterError('invalid_input', 'The machine did not prove that it holds its key.', {
      field: 'proof',
    });
  }
}
