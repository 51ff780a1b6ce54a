// Keys and certificates of the installation: two certificate authorities, the listeners' certificates, the signing keys.
export { certificatePem } from './certificates.ts';
export { createKey, keyFileOf, readKeyFile, replaceKeyFile } from './key-file.ts';
export { openTrust } from './open-trust.ts';
export { createSealer, SealBroken } from './sealing.ts';
export { createEd25519, importEd25519Seed, isP256PublicKey, signEd25519, verifyP256 } from './signatures.ts';
export type { AuditKey, ConsoleTls, Signer, Trust } from './trust.ts';
export { createTrustStore } from './trust-store.ts';
