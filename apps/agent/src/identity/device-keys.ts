import {
  createDeviceKey,
  DEVICE_KEY_FILE,
  type DeviceKey,
  readDeviceKey,
  writeDeviceKey,
} from './device-key.ts';
import type { IdentityStore } from './identity.ts';
import type { StateFolder } from './state-folder.ts';

/** The key that takes over once the server has certified it. */
const NEXT = 'device.key.next';
/** The key before the present one: a server that was restored from a backup knows no other. */
const EARLIER = 'device.key.earlier';

/**
 * The keys that the server may know this device by. Mostly one; while a key is being changed neither side can tell what
 * the other has stored, so both are kept, the newest is tried first, and the server's word decides.
 */
export class DeviceKeys {
  readonly #identity: IdentityStore;
  #current: DeviceKey;
  #next: DeviceKey | undefined;
  #earlier: DeviceKey | undefined;
  readonly #refused = new Set<DeviceKey>();
  #isSecondRound = false;

  private constructor(identity: IdentityStore, current: DeviceKey) {
    this.#identity = identity;
    this.#current = current;
  }

  /** The keys on disk; undefined before the first enrolment. Finishes a change that a crash left half done. */
  static async read(identity: IdentityStore): Promise<DeviceKeys | undefined> {
    const { folder, current } = identity;
    await settleDeviceKey(folder, current.deviceCertificate);
    const key = await readDeviceKey(folder);
    if (!key) return undefined;
    const keys = new DeviceKeys(identity, key);
    keys.#next = await readDeviceKey(folder, NEXT);
    keys.#earlier = await readDeviceKey(folder, EARLIER);
    return keys;
  }

  /** The key of the certificate that this device shows in TLS. */
  get certified(): DeviceKey {
    return this.#current;
  }

  /** The key to sign with now: the newest that the server has not refused. */
  get signing(): DeviceKey {
    return this.#candidates().find((key) => !this.#refused.has(key)) ?? this.#current;
  }

  /** The server took a signature by `key`; returns the key that it has yet to certify, if there is one. */
  accepted(key: DeviceKey): DeviceKey | undefined {
    this.#startAnew(false);
    return this.#next ?? (key === this.#current ? undefined : this.#current);
  }

  /**
   * The server does not know this device by `key`. True when another is left to try. While a key is being changed all of
   * them are tried twice: the server may have stored the new one between the refusal of that one and of the one before.
   */
  refused(key: DeviceKey): boolean {
    this.#refused.add(key);
    if (this.#candidates().some((one) => !this.#refused.has(one))) return true;
    if (!this.#next || this.#isSecondRound) return false;
    this.#startAnew(true);
    return true;
  }

  #startAnew(isSecondRound: boolean): void {
    this.#refused.clear();
    this.#isSecondRound = isSecondRound;
  }

  /** The key that shall take over; made, and on disk, before anybody hears of it. */
  async propose(): Promise<DeviceKey> {
    this.#next ??= await createNextKey(this.#identity.folder);
    return this.#next;
  }

  /**
   * The server certified `key`. First the certificate is written, then the key takes its place: whenever the machine
   * dies in between, `read` sees which of the keys the certificate belongs to. Throws when the disk refuses, and is
   * right in memory even then.
   */
  adopt(key: DeviceKey, deviceCertificate: string, keyMadeAtMs: number): void {
    if (key !== this.#current) this.#earlier = this.#current;
    this.#current = key;
    this.#next = undefined;
    if (this.#identity.update({ deviceCertificate, keyMadeAtMs })) {
      settleFiles(this.#identity.folder, deviceCertificate, key.publicKey);
    }
  }

  #candidates(): DeviceKey[] {
    return [this.#next, this.#current, this.#earlier].filter((key) => key !== undefined);
  }
}

/** The key that the certificate on disk belongs to becomes the key of this device. */
export async function settleDeviceKey(folder: StateFolder, certificate: string): Promise<void> {
  const next = await readDeviceKey(folder, NEXT);
  if (next) settleFiles(folder, certificate, next.publicKey);
}

/** A key that waits for its certificate. */
export async function createNextKey(folder: StateFolder): Promise<DeviceKey> {
  const key = await createDeviceKey();
  writeDeviceKey(folder, key, NEXT);
  return key;
}

/** The key that waits for its certificate, if there is one. */
export function readNextKey(folder: StateFolder): Promise<DeviceKey | undefined> {
  return readDeviceKey(folder, NEXT);
}

/** No key but the present one is this device's any more: it was enrolled anew. */
export function forgetOtherKeys(folder: StateFolder): void {
  folder.remove(NEXT);
  folder.remove(EARLIER);
}

/** Whether the certificate (PEM) was made for this key: its SubjectPublicKeyInfo stands in it as it is (RFC 5280). */
export function certifies(certificate: string, publicKey: Uint8Array): boolean {
  const der = Buffer.from(certificate.replace(/-----[A-Z ]+-----|\s/g, ''), 'base64');
  return der.includes(publicKey);
}

function settleFiles(folder: StateFolder, certificate: string, publicKey: Uint8Array): void {
  if (!folder.has(NEXT) || !certifies(certificate, publicKey)) return;
  const current = folder.readText(DEVICE_KEY_FILE);
  if (current !== undefined) folder.writeText(EARLIER, current);
  folder.rename(NEXT, DEVICE_KEY_FILE);
}
