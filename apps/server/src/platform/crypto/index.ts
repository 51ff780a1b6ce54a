// Keys and certificates of the installation: two certificate authorities, the listeners' certificates, the signing keys.
export { certificatePem, publicKeyPin } from './certificates.ts';
export type { TrustStore } from './material.ts';
export { openTrust, type TrustDeps } from './open-trust.ts';
export { SealBroken } from './sealing.ts';
export { isP256PublicKey, verifyP256 } from './signatures.ts';
export type { ConsoleTls, ListenerTls, Signer, Trust, TrustWarning } from './trust.ts';
export { createTrustStore } from './trust-store.ts';
