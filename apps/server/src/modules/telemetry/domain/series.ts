import { findMetric, fromQuanta, type Series } from '@muster/contracts';
import type { Reading } from './minute.ts';
import { type Aggregate, addReadings, mergeRollup, type Rollup, seriesOf } from './rollup.ts';

/** Name of an instance, from the device's dictionary. */
export type InstanceName = { readonly kind: string; readonly name: string; readonly detail: string };

/** Collects rows into buckets of `resolutionS` seconds and lays them out as columns, a null where a bucket is empty. */
export class SeriesBuilder {
  readonly #buckets = new Map<number, Rollup>();
  readonly #resolutionS: number;
  readonly #wanted: (key: number) => boolean;

  constructor(resolutionS: number, wanted: (series: { instance: number; metric: number }) => boolean) {
    this.#resolutionS = resolutionS;
    this.#wanted = (key) => wanted(seriesOf(key));
  }

  addReadings(atS: number, readings: readonly Reading[]): void {
    addReadings(this.#bucket(atS), readings);
  }

  addRollup(atS: number, rollup: Rollup): void {
    mergeRollup(this.#bucket(atS), rollup);
  }

  /** Columns over the whole window, one entry a bucket from `fromS` (rounded down) to `toS`. */
  build(
    window: { fromS: number; toS: number },
    names: ReadonlyMap<number, InstanceName>,
  ): { times: number[]; series: Series[] } {
    const times: number[] = [];
    const first = Math.floor(window.fromS / this.#resolutionS) * this.#resolutionS;
    for (let at = first; at < window.toS; at += this.#resolutionS) times.push(at);
    const keys = [...new Set([...this.#buckets.values()].flatMap((rollup) => [...rollup.keys()]))]
      .filter(this.#wanted)
      .sort((left, right) => left - right);
    return { times, series: keys.flatMap((key) => this.#column(key, times, names)) };
  }

  #bucket(atS: number): Rollup {
    const start = Math.floor(atS / this.#resolutionS) * this.#resolutionS;
    let rollup = this.#buckets.get(start);
    if (!rollup) {
      rollup = new Map();
      this.#buckets.set(start, rollup);
    }
    return rollup;
  }

  #column(key: number, times: readonly number[], names: ReadonlyMap<number, InstanceName>): Series[] {
    const { instance, metric: number } = seriesOf(key);
    const metric = findMetric(number);
    if (!metric) return [];
    const pick = (value: (aggregate: Aggregate) => number) =>
      times.map((time) => {
        const aggregate = this.#buckets.get(time)?.get(key);
        return aggregate ? round(fromQuanta(metric, value(aggregate))) : null;
      });
    return [
      {
        metric: metric.name,
        unit: metric.unit,
        instance:
          instance === 0
            ? null
            : (names.get(instance) ?? { kind: 'unknown', name: `#${instance}`, detail: '' }),
        mean: pick((aggregate) => aggregate.sum / aggregate.count),
        min: pick((aggregate) => aggregate.min),
        max: pick((aggregate) => aggregate.max),
      },
    ];
  }
}

/** Three decimals: below every metric's quantum, and short in JSON. */
const round = (value: number): number => Math.round(value * 1000) / 1000;
