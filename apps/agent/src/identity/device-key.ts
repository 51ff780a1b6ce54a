import { signedBytes } from '@muster/contracts/wire';
import type { StateFolder } from './state-folder.ts';

/** Where the key lies that the device's certificate belongs to. */
export const DEVICE_KEY_FILE = 'device.key';
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;

/** The device's P-256 key. It is made on this machine, never leaves it, and proves every connection and beacon. */
export type DeviceKey = {
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array<ArrayBuffer>;
  /** PKCS #8, for TLS. */
  readonly pem: string;
  /** Raw r||s over the domain prefix and the parts. */
  sign(
    domain: Parameters<typeof signedBytes>[0],
    ...parts: (Uint8Array | string)[]
  ): Promise<Uint8Array<ArrayBuffer>>;
};

export async function createDeviceKey(): Promise<DeviceKey> {
  const { privateKey } = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  return fromPem(toPem(new Uint8Array(await crypto.subtle.exportKey('pkcs8', privateKey))));
}

/** The key on disk; undefined when there is none. */
export async function readDeviceKey(
  folder: StateFolder,
  file = DEVICE_KEY_FILE,
): Promise<DeviceKey | undefined> {
  const pem = folder.readText(file);
  return pem === undefined ? undefined : fromPem(pem);
}

/** On disk when it returns. */
export function writeDeviceKey(folder: StateFolder, key: DeviceKey, file = DEVICE_KEY_FILE): void {
  folder.writeText(file, key.pem);
}

async function fromPem(pem: string): Promise<DeviceKey> {
  const pkcs8 = Uint8Array.fromBase64(pem.replace(/-----[A-Z ]+-----|\s/g, ''));
  const privateKey = await crypto.subtle.importKey('pkcs8', pkcs8, ALGORITHM, true, ['sign']);
  const { d: _private, key_ops: _use, ...jwk } = await crypto.subtle.exportKey('jwk', privateKey);
  const publicKey = await crypto.subtle.importKey('jwk', jwk, ALGORITHM, true, ['verify']);
  return {
    pem,
    publicKey: new Uint8Array(await crypto.subtle.exportKey('spki', publicKey)),
    async sign(domain, ...parts) {
      const message = signedBytes(domain, ...parts);
      return new Uint8Array(
        await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, message),
      );
    },
  };
}

function toPem(pkcs8: Uint8Array): string {
  const lines = pkcs8.toBase64().match(/.{1,64}/g) ?? [];
  return ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n');
}

/** DER to PEM, for the TLS options. */
export function certificatePem(der: Uint8Array): string {
  const lines = der.toBase64().match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
