import type { PresenceReason } from '@muster/contracts';
import type { Clock } from '../../../platform/clock/index.ts';
import type { DeviceLink, DeviceRhythm, PresencePort } from '../../../platform/gateway/ports.ts';
import {
  limitOf,
  next,
  type PresenceEvent,
  type PresenceLimits,
  reasonOf,
  stateOf,
} from '../domain/presence.ts';
import { TimerWheel } from '../domain/timer-wheel.ts';
import type { HeldDevice, StoredPresence } from './held-device.ts';

export type KeeperOptions = {
  readonly clock: Clock;
  readonly limits: PresenceLimits;
  readonly tickMs: number;
  /** An online device's last contact is stored this often. */
  readonly storeSeenMs: number;
  /** Told of each device whose row is now behind. */
  readonly onStale: (device: HeldDevice) => void;
};

const WHEEL_SLOTS = 2_048;
/** A process that did not look at the clock for this long was away. */
const ABSENT_AFTER_MS = 1_000;
const DEFAULT_BEACON_INTERVAL_MS = 60_000;
/** Frames that were already under way when the device said goodbye do not bring it back. */
const GOODBYE_GRACE_MS = 5_000;

/** The runtime half of presence: applies what the gateway tells and what the wheel fires to the devices it holds. */
export class PresenceKeeper implements Omit<PresencePort, 'uninstalled'> {
  readonly #options: KeeperOptions;
  readonly #devices = new Map<number, HeldDevice>();
  readonly #wheel: TimerWheel;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#wheel = new TimerWheel({
      monotonicMs: () => options.clock.monotonic(),
      tickMs: options.tickMs,
      slots: WHEEL_SLOTS,
      absentAfterMs: Math.max(ABSENT_AFTER_MS, 2 * options.tickMs),
    });
  }

  get size(): number {
    return this.#devices.size;
  }

  find(deviceNo: number): HeldDevice | undefined {
    return this.#devices.get(deviceNo);
  }

  opened(link: DeviceLink): void {
    const device = this.#hold(link);
    if (link.connectionEpoch < device.socketEpoch) return;
    device.socketEpoch = link.connectionEpoch;
    this.#contact(device);
    this.#apply(device, 'opened', 'connected');
    // The row must name this connection, also where the device was online before.
    this.#options.onStale(device);
  }

  closed(link: DeviceLink, reason: PresenceReason, silentMs?: number): void {
    const device = this.#devices.get(link.deviceNo);
    if (!device || device.socketEpoch !== link.connectionEpoch) return;
    device.socketEpoch = 0n;
    // A stalled agent's socket answered pings up to now, unless the gateway knows better.
    const silent = silentMs ?? (device.state === 'stalled' ? 0 : undefined);
    if (silent !== undefined) this.#contactAgo(device, silent);
    this.#apply(device, reason === 'cut_off' ? 'cut_off' : 'closed', reason);
  }

  telemetry(link: DeviceLink): void {
    const device = this.#devices.get(link.deviceNo);
    if (!device || device.socketEpoch !== link.connectionEpoch) return;
    if (device.state === 'offline') {
      // It said goodbye (sleep) and the socket outlived that: it is back.
      if (this.#wheel.nowMs() - device.limitFromMs > GOODBYE_GRACE_MS) this.opened(link);
      return;
    }
    this.#contact(device);
    this.#apply(device, 'telemetry', 'connected');
    if (Math.abs(device.seenMs - device.storedSeenMs) >= this.#options.storeSeenMs)
      this.#options.onStale(device);
  }

  beacon(link: DeviceLink, intervalMs: number): void {
    const device = this.#hold(link);
    device.beaconIntervalMs = intervalMs;
    this.#contact(device);
    this.#apply(device, 'beacon', 'beacon_only');
    if (Math.abs(device.seenMs - device.storedSeenMs) >= this.#options.storeSeenMs)
      this.#options.onStale(device);
  }

  goodbye(link: DeviceLink, reason: PresenceReason): void {
    const device = this.#devices.get(link.deviceNo);
    if (!device || (link.connectionEpoch < device.epoch && link.connectionEpoch !== device.socketEpoch))
      return;
    this.#contact(device);
    this.#apply(device, 'goodbye', reason);
  }

  /** The registry ended or suspended the device. */
  cutOff(deviceNo: number): void {
    const device = this.#devices.get(deviceNo);
    if (device) this.#apply(device, 'cut_off', 'cut_off');
  }

  /** Something else holds for the device from now on, and it is told so over its socket, if it has one. */
  setRhythm(deviceNo: number, rhythm: DeviceRhythm): void {
    const device = this.#devices.get(deviceNo);
    if (!device) return;
    // Without a socket the device keeps its interval until its next beacon, which brings the new one.
    const beaconIntervalMs = device.socketEpoch === 0n ? device.beaconIntervalMs : rhythm.beaconIntervalMs;
    takeRhythm(device, { ...rhythm, beaconIntervalMs });
    this.#arm(device);
  }

  /** Takes over devices of a former run or of a lost gateway, each with a fresh limit. */
  adopt(rows: readonly StoredPresence[], event: 'server_restarted' | 'gateway_lost'): void {
    for (const row of rows) {
      const known = this.#devices.get(row.deviceNo);
      if (known && known.epoch >= row.epoch) continue;
      const device: HeldDevice = {
        ...row,
        state: stateOf(row.presence, row.reason),
        storedSeenMs: row.seenMs,
        limitFromMs: this.#wheel.nowMs(),
        socketEpoch: 0n,
      };
      this.#devices.set(row.deviceNo, device);
      this.#apply(device, event, event);
    }
  }

  /** Fires the limits that have passed. To be called each tick. */
  tick(): void {
    for (const deviceNo of this.#wheel.advance()) {
      const device = this.#devices.get(deviceNo);
      if (!device) continue;
      const limit = this.#limitOf(device);
      if (limit) this.#apply(device, limit.event, device.reason);
    }
  }

  /** Lets go of a device that another gateway holds, or that is offline and stored. */
  forget(device: HeldDevice): void {
    if (this.#devices.get(device.deviceNo) !== device) return;
    this.#wheel.cancel(device.deviceNo);
    this.#devices.delete(device.deviceNo);
  }

  #hold(link: DeviceLink): HeldDevice {
    const known = this.#devices.get(link.deviceNo);
    if (known) {
      if (link.connectionEpoch > known.epoch) {
        known.epoch = link.connectionEpoch;
        takeRhythm(known, link.rhythm);
      }
      return known;
    }
    const device: HeldDevice = {
      deviceNo: link.deviceNo,
      deviceId: link.deviceId,
      orgId: link.orgId,
      state: 'unknown',
      reason: 'never_seen',
      sinceMs: 0,
      seenMs: 0,
      storedSeenMs: 0,
      limitFromMs: 0,
      beaconIntervalMs: link.rhythm?.beaconIntervalMs ?? DEFAULT_BEACON_INTERVAL_MS,
      offlineLimitMs: link.rhythm?.offlineLimitMs,
      epoch: link.connectionEpoch,
      socketEpoch: 0n,
    };
    this.#devices.set(link.deviceNo, device);
    return device;
  }

  #contact(device: HeldDevice): void {
    device.seenMs = this.#options.clock.now();
    device.limitFromMs = this.#wheel.nowMs();
  }

  #contactAgo(device: HeldDevice, agoMs: number): void {
    const now = this.#options.clock.now();
    // What was seen later than now was seen by a clock that ran ahead.
    device.seenMs = Math.max(Math.min(device.seenMs, now), now - agoMs);
    device.limitFromMs = Math.max(device.limitFromMs, this.#wheel.nowMs() - agoMs);
  }

  #limitOf(device: HeldDevice) {
    const { limits } = this.#options;
    const offlineMs = device.offlineLimitMs ?? limits.offlineMs;
    return limitOf(device.state, { ...limits, offlineMs }, device.beaconIntervalMs);
  }

  #apply(device: HeldDevice, event: PresenceEvent, given: PresenceReason): void {
    const before = device.state;
    device.state = next(before, event);
    const isSame = device.state === before;
    const isLost = event === 'server_restarted' || event === 'gateway_lost';
    if (!isSame || (isLost && device.state === 'disconnected')) {
      device.reason = reasonOf(device.state, event, given);
      device.sinceMs = isSame ? device.sinceMs : this.#options.clock.now();
      this.#options.onStale(device);
    }
    this.#arm(device);
  }

  #arm(device: HeldDevice): void {
    const limit = this.#limitOf(device);
    if (!limit) this.#wheel.cancel(device.deviceNo);
    else this.#wheel.set(device.deviceNo, device.limitFromMs + limit.afterMs - this.#wheel.nowMs());
  }
}

function takeRhythm(device: HeldDevice, rhythm: DeviceRhythm | undefined): void {
  device.offlineLimitMs = rhythm?.offlineLimitMs;
  if (rhythm) device.beaconIntervalMs = rhythm.beaconIntervalMs;
}
