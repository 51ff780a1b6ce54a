// Keys and certificates of the installation: two certificate authorities, the listeners' certificates, the signing keys.
export { certificatePem } from './certificates.ts';
export { openTrust } from './open-trust.ts';
export { isP256PublicKey, verifyP256 } from './signatures.ts';
export type { ConsoleTls, Signer, Trust } from './trust.ts';
export { createTrustStore } from './trust-store.ts';
