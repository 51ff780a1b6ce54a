import { type DeviceId, type DeviceRow, findMetric, fromQuanta, type LiveSample } from '@muster/contracts';
import type { AgentHealth } from '@muster/contracts/wire';
import { HOT_MS, HotRing } from './hot-ring.ts';
import { latestOf } from './latest.ts';
import { DEVICE_INSTANCE, type Reading } from './minute.ts';
import type { InstanceName } from './series.ts';

type Hot = {
  readonly ring: HotRing;
  seenMs: number;
  latest: { atMs: number; readings: readonly Reading[] } | undefined;
  names: ReadonlyMap<number, InstanceName>;
  health: AgentHealth | undefined;
};

const NO_NAMES: ReadonlyMap<number, InstanceName> = new Map();

/** Hot tier: what the last five minutes were like, in memory, for devices that are talking to this process. */
export class HotStore {
  readonly #devices = new Map<DeviceId, Hot>();

  push(deviceId: DeviceId, atMs: number, readings: readonly Reading[], nowMs: number): void {
    const hot = this.#hot(deviceId, nowMs);
    hot.latest = { atMs, readings };
    hot.ring.push(atMs, readings);
  }

  setNames(deviceId: DeviceId, names: ReadonlyMap<number, InstanceName>, nowMs: number): void {
    this.#hot(deviceId, nowMs).names = names;
  }

  setHealth(deviceId: DeviceId, health: AgentHealth, nowMs: number): void {
    this.#hot(deviceId, nowMs).health = health;
  }

  setLive(deviceId: DeviceId, live: boolean): void {
    this.#devices.get(deviceId)?.ring.setLive(live);
  }

  names(deviceId: DeviceId): ReadonlyMap<number, InstanceName> {
    return this.#devices.get(deviceId)?.names ?? NO_NAMES;
  }

  health(deviceId: DeviceId): AgentHealth | undefined {
    return this.#devices.get(deviceId)?.health;
  }

  since(deviceId: DeviceId, fromMs: number): { atMs: number; readings: Reading[] }[] {
    return this.#devices.get(deviceId)?.ring.since(fromMs) ?? [];
  }

  /** Samples newer than that, oldest first, as the live socket sends them. */
  samplesAfter(deviceId: DeviceId, afterMs: number): LiveSample[] {
    const names = this.names(deviceId);
    return this.since(deviceId, afterMs)
      .filter(({ atMs }) => atMs > afterMs)
      .map(({ atMs, readings }) => toLiveSample(atMs, readings, names));
  }

  /** The newest sample as the live socket sends it; undefined when nothing was heard for five minutes. */
  latest(deviceId: DeviceId): LiveSample | undefined {
    const hot = this.#devices.get(deviceId);
    return hot?.latest ? toLiveSample(hot.latest.atMs, hot.latest.readings, hot.names) : undefined;
  }

  /** The newest sample as a row of the devices list shows it: disk is the fullest one. */
  rowValues(deviceId: DeviceId): NonNullable<DeviceRow['latest']> | undefined {
    const hot = this.#devices.get(deviceId);
    if (!hot?.latest) return undefined;
    const { cpuPercent, memoryPercent, networkBitsPerSecond, disks } = latestOf(
      hot.latest.readings,
      hot.names,
      undefined,
    );
    return {
      at: new Date(hot.latest.atMs).toISOString(),
      cpuPercent,
      memoryPercent,
      networkBitsPerSecond,
      diskPercent: disks.length > 0 ? 100 - Math.min(...disks.map((disk) => disk.freePercent)) : null,
    };
  }

  /** Gives back the memory of devices that fell silent; called once a minute. */
  forgetSilent(nowMs: number): void {
    for (const [deviceId, hot] of this.#devices)
      if (nowMs - hot.seenMs > HOT_MS) this.#devices.delete(deviceId);
  }

  get size(): number {
    return this.#devices.size;
  }

  #hot(deviceId: DeviceId, nowMs: number): Hot {
    let hot = this.#devices.get(deviceId);
    if (!hot) {
      hot = { ring: new HotRing(), seenMs: nowMs, latest: undefined, names: NO_NAMES, health: undefined };
      this.#devices.set(deviceId, hot);
    }
    hot.seenMs = nowMs;
    return hot;
  }
}

/** Readings as real values by metric name; instances under `kind:name`. */
export function toLiveSample(
  atMs: number,
  readings: readonly Reading[],
  names: ReadonlyMap<number, InstanceName>,
): LiveSample {
  const sample: LiveSample = { at: atMs, values: {}, instances: {} };
  for (const { instance, metric: number, quanta } of readings) {
    const metric = findMetric(number);
    if (!metric) continue;
    const value = Math.round(fromQuanta(metric, quanta) * 1000) / 1000;
    if (instance === DEVICE_INSTANCE) {
      sample.values[metric.name] = value;
      continue;
    }
    const name = names.get(instance);
    const key = name ? `${name.kind}:${name.name}` : `unknown:#${instance}`;
    const values = sample.instances[key] ?? {};
    values[metric.name] = value;
    sample.instances[key] = values;
  }
  return sample;
}
