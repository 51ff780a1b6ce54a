import type { Log } from '../log/log.ts';
import type { Draft } from '../wire/codec.ts';
import type { KeyRotationReply, KeyRotation as Offer } from '../wire/messages.gen.ts';
import { certificatePem, type DeviceKey } from './device-key.ts';
import { certifies, type DeviceKeys } from './device-keys.ts';
import type { IdentityStore } from './identity.ts';
import type { Save } from './save.ts';

/** Somebody on this machine wants a new key: `muster-agent rotate-key` leaves this file, the change removes it. */
export const ROTATION_WANTED = 'rotate-key.wanted';
const DEFAULT_MAX_AGE_MS = 365 * 86_400_000;
/** An offer that nobody answers is made again. */
const OFFER_AGAIN_MS = 60_000;
/** Machines that were enrolled together, or are told of another age together, change their keys within this time. */
const SPREAD_MS = 3_600_000;

export type KeyRotationDeps = {
  readonly identity: IdentityStore;
  readonly keys: DeviceKeys;
  readonly log: Log;
  readonly random: () => number;
  readonly monotonicMs: () => number;
  readonly serverNowMs: () => number;
  /** False when nobody can hear it now. */
  readonly offer: (offer: Draft<Offer>) => boolean;
  readonly save: Save;
};

/**
 * Changes the device's key through the connection that the present one has proven (foundations 1): the new key is on disk
 * before the server hears of it, and takes over when its certificate is. Killed at any point, the agent has every key
 * that the server may know it by, and an offer that was not answered is made again.
 */
export class KeyRotation {
  readonly #deps: KeyRotationDeps;
  readonly #spreadMs: number;
  #maxAgeMs = DEFAULT_MAX_AGE_MS;
  #offered: DeviceKey | undefined;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #isUnderWay = false;

  constructor(deps: KeyRotationDeps) {
    this.#deps = deps;
    this.#spreadMs = deps.random() * SPREAD_MS;
  }

  setMaxAge(ms: number): void {
    this.#maxAgeMs = ms;
  }

  /** The server welcomed a hello that was signed by `key`: a change that was cut off goes on. */
  welcomed(key: DeviceKey): void {
    const { keys, identity, save, serverNowMs } = this.#deps;
    // unknown, or later than now: a server whose clock ran ahead must not keep this key from growing old
    const { keyMadeAtMs = Number.POSITIVE_INFINITY } = identity.current;
    if (keyMadeAtMs > serverNowMs()) save(() => void identity.update({ keyMadeAtMs: serverNowMs() }));
    const newer = keys.accepted(key);
    this.#lookedAtMs = this.#deps.monotonicMs();
    if (newer) void this.#offer(newer);
    else if (this.#isWanted || this.#isDue) void this.#begin();
  }

  /** The socket is ready and time passes. */
  tick(): void {
    if (this.#deps.monotonicMs() - this.#lookedAtMs < OFFER_AGAIN_MS && !this.#isFreshlyWanted) return;
    this.#lookedAtMs = this.#deps.monotonicMs();
    if (this.#offered || this.#isWanted || this.#isDue) void this.#begin();
  }

  /** The server has the new key and certified it. */
  answered(reply: KeyRotationReply): void {
    const { keys, identity, log, save, serverNowMs } = this.#deps;
    const key = this.#offered;
    const certificate = certificatePem(reply.deviceCertificate);
    if (!key || !certifies(certificate, key.publicKey)) {
      log.warn('the server certified a key that is not the one offered: the present one stays');
      return;
    }
    this.#offered = undefined;
    save(() => keys.adopt(key, certificate, serverNowMs()));
    save(() => identity.folder.remove(ROTATION_WANTED));
    log.say('this device has a new key');
  }

  get #isWanted(): boolean {
    return this.#deps.identity.folder.has(ROTATION_WANTED);
  }

  get #isFreshlyWanted(): boolean {
    return this.#offered === undefined && this.#isWanted;
  }

  get #isDue(): boolean {
    const { identity, serverNowMs } = this.#deps;
    const ageMs = serverNowMs() - (identity.current.keyMadeAtMs ?? serverNowMs());
    return ageMs > this.#maxAgeMs + this.#spreadMs;
  }

  async #begin(): Promise<void> {
    if (this.#isUnderWay) return;
    this.#isUnderWay = true;
    try {
      await this.#offer(this.#offered ?? (await this.#deps.keys.propose()));
    } catch (error) {
      this.#deps.log.warn(`no new key could be made: ${(error as Error).message}`);
    } finally {
      this.#isUnderWay = false;
    }
  }

  async #offer(key: DeviceKey): Promise<void> {
    this.#offered = key;
    const { publicKey } = key;
    const proof = await key.sign('rotate', this.#deps.identity.current.deviceId, publicKey);
    this.#deps.offer({ publicKey, proof });
  }
}
