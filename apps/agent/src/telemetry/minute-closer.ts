import { findMetric } from '@muster/contracts/metrics';
import type { MetricSet, Minute, Sample } from '../wire/messages.gen.ts';

export const MINUTE_MS = 60_000;
/** A sample stands for the time since the one before it, but for no more than this. */
const MAX_WEIGHT_MS = 15_000;

type Sum = { metric: number; weighted: number; weight: number; last: number };

/**
 * Gathers samples into minutes of server time. A minute is the mean of its samples, each weighted by the time it stands
 * for (live mode samples ten times as often), or the last value where the catalogue says so. It closes when the first
 * sample of a later minute arrives; a minute that is not later than the last closed one is not closed again.
 */
export class MinuteCloser {
  readonly #sums = new Map<number, Sum>();
  #minute = 0;
  #samples = 0;
  #lastAtMs: number | undefined;
  #lastClosed: number;

  constructor(lastClosed: number) {
    this.#lastClosed = lastClosed;
  }

  /** Adds a sample; returns the minute that it closed, if any. */
  add(sample: Sample): Minute | undefined {
    const minute = Math.floor(sample.atMs / MINUTE_MS);
    const closed = minute === this.#minute ? undefined : this.close();
    this.#minute = minute;
    const since = sample.atMs - (this.#lastAtMs ?? sample.atMs - MAX_WEIGHT_MS);
    const weight = Math.min(MAX_WEIGHT_MS, Math.max(1, since));
    this.#lastAtMs = sample.atMs;
    this.#samples += 1;
    this.#gather(0, sample.metrics, weight);
    for (const { instance, metrics } of sample.instances) this.#gather(instance, metrics, weight);
    return closed;
  }

  /** Closes what has been gathered, before its minute is over: when the agent ends. */
  close(): Minute | undefined {
    const minute = this.#samples > 0 && this.#minute > this.#lastClosed ? this.#build() : undefined;
    if (minute) this.#lastClosed = minute.minute;
    this.#sums.clear();
    this.#samples = 0;
    return minute;
  }

  /** The clock was corrected by whole minutes: what was closed before, and what is being gathered, is now elsewhere. */
  moveTo(lastClosed: number, byMinutes: number): void {
    this.#lastClosed = lastClosed;
    this.#minute += byMinutes;
    this.#lastAtMs = undefined;
  }

  #gather(instance: number, set: MetricSet | undefined, weight: number): void {
    if (!set) return;
    for (const [index, metric] of set.metrics.entries()) {
      const value = set.values[index] ?? 0;
      const key = instance * 256 + metric;
      const sum = this.#sums.get(key);
      if (!sum) this.#sums.set(key, { metric, weighted: value * weight, weight, last: value });
      else {
        sum.weighted += value * weight;
        sum.weight += weight;
        sum.last = value;
      }
    }
  }

  #build(): Minute {
    const sets = new Map<number, MetricSet>();
    for (const [key, sum] of this.#sums) {
      const instance = Math.floor(key / 256);
      const set = sets.get(instance) ?? { metrics: [], values: [] };
      sets.set(instance, set);
      const isMean = findMetric(sum.metric)?.minute === 'mean';
      set.metrics.push(sum.metric);
      set.values.push(isMean ? Math.round(sum.weighted / sum.weight) : sum.last);
    }
    const metrics = sets.get(0) ?? { metrics: [], values: [] };
    sets.delete(0);
    return {
      minute: this.#minute,
      samples: this.#samples,
      metrics,
      instances: [...sets].map(([instance, set]) => ({ instance, metrics: set })),
    };
  }
}
