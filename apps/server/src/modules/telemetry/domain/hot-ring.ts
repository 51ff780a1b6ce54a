import { DEVICE_METRICS } from '@muster/contracts';
import { DEVICE_INSTANCE, type Reading } from './minute.ts';

/** Milliseconds a ring covers. */
export const HOT_MS = 300_000;
const PACE_MS = 10_000;
const SLOTS = HOT_MS / PACE_MS;
const LIVE_SLOTS = 300;

const width = DEVICE_METRICS.length;
const column = new Map(DEVICE_METRICS.map((metric, index) => [metric.number, index]));

type Sample = { readonly atMs: number; readonly readings: Reading[] };

/**
 * The last five minutes of one device's own metrics, in quanta: a time and a row of 32-bit floats a slot (2 kB in all),
 * NaN where a sample lacked the metric. While somebody watches, at a sample a second, the ring has 300 slots; afterwards
 * it thins out to one sample in ten seconds again.
 */
export class HotRing {
  #times = new Float64Array(SLOTS);
  #values = new Float32Array(SLOTS * width);
  #next = 0;

  /** Makes room for one sample a second, or gives it back. */
  setLive(live: boolean): void {
    const slots = live ? LIVE_SLOTS : SLOTS;
    if (slots === this.#times.length) return;
    const samples = this.since(0);
    this.#times = new Float64Array(slots);
    this.#values = new Float32Array(slots * width);
    this.#next = 0;
    let last = Number.NEGATIVE_INFINITY;
    for (const sample of samples) {
      if (!live && sample.atMs - last < PACE_MS - 500) continue;
      last = sample.atMs;
      this.push(sample.atMs, sample.readings);
    }
  }

  push(atMs: number, readings: readonly Reading[]): void {
    const start = this.#next * width;
    this.#times[this.#next] = atMs;
    this.#values.fill(Number.NaN, start, start + width);
    for (const { instance, metric, quanta } of readings) {
      const index = instance === DEVICE_INSTANCE ? column.get(metric) : undefined;
      if (index !== undefined) this.#values[start + index] = quanta;
    }
    this.#next = (this.#next + 1) % this.#times.length;
  }

  /** Samples from `fromMs` on, oldest first. */
  since(fromMs: number): Sample[] {
    const samples: Sample[] = [];
    for (let step = 0; step < this.#times.length; step++) {
      const slot = (this.#next + step) % this.#times.length;
      const atMs = this.#times[slot] ?? 0;
      if (atMs > 0 && atMs >= fromMs) samples.push({ atMs, readings: this.#readings(slot) });
    }
    return samples;
  }

  #readings(slot: number): Reading[] {
    return DEVICE_METRICS.flatMap((metric, index) => {
      const quanta = this.#values[slot * width + index] ?? Number.NaN;
      return Number.isNaN(quanta) ? [] : [{ instance: DEVICE_INSTANCE, metric: metric.number, quanta }];
    });
  }
}
