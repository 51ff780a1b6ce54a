import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** A device's key as its agent holds it: for tests, benchmarks and simulated agents. */
export type DeviceKey = {
  readonly privateKey: KeyObject;
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  /** PKCS#8 PEM, for TLS. */
  readonly pem: string;
  /** ECDSA P-256, SHA-256, raw r||s. */
  sign(bytes: Uint8Array): Uint8Array;
};

/** Makes a P-256 key. */
export function createDeviceKey(): DeviceKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    privateKey,
    spki: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })),
    pem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    sign: (bytes) => new Uint8Array(sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' })),
  };
}
