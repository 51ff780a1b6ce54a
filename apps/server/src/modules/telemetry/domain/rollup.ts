import type { Reading } from './minute.ts';
import { VarintReader, type VarintWriter } from './varints.ts';

/** What a bucket keeps of one metric of one instance, in quanta; mean = sum / count. */
export type Aggregate = { count: number; min: number; max: number; sum: number };

/** Aggregates of a bucket by `instance × 1024 + metric`. */
export type Rollup = Map<number, Aggregate>;

const METRICS_LIMIT = 1024;

/** Key of one series inside a rollup. */
const seriesKey = (instance: number, metric: number): number => instance * METRICS_LIMIT + metric;

/** Inverse of seriesKey. */
export const seriesOf = (key: number): { instance: number; metric: number } => ({
  instance: Math.floor(key / METRICS_LIMIT),
  metric: key % METRICS_LIMIT,
});

/** Adds one minute's readings. Each minute is added once: the caller adds newly inserted minutes only. */
export function addReadings(rollup: Rollup, readings: readonly Reading[]): void {
  for (const { instance, metric, quanta } of readings) {
    const key = seriesKey(instance, metric);
    const known = rollup.get(key);
    if (!known) {
      rollup.set(key, { count: 1, min: quanta, max: quanta, sum: quanta });
      continue;
    }
    known.count += 1;
    known.min = Math.min(known.min, quanta);
    known.max = Math.max(known.max, quanta);
    known.sum += quanta;
  }
}

/** Merges `other` into `rollup`. */
export function mergeRollup(rollup: Rollup, other: Rollup): void {
  for (const [key, more] of other) {
    const known = rollup.get(key);
    if (!known) {
      rollup.set(key, { ...more });
      continue;
    }
    known.count += more.count;
    known.min = Math.min(known.min, more.min);
    known.max = Math.max(known.max, more.max);
    known.sum += more.sum;
  }
}

/** A rollup as stored: key, count, min, max − min, sum − count × min, as varints. */
export function packRollup(writer: VarintWriter, rollup: Rollup): Uint8Array {
  for (const [key, { count, min, max, sum }] of rollup) {
    writer.unsigned(key);
    writer.unsigned(count);
    writer.signed(min);
    writer.unsigned(max - min);
    writer.unsigned(sum - count * min);
  }
  return writer.take();
}

/** Inverse of packRollup. */
export function unpackRollup(packed: Uint8Array): Rollup {
  const reader = new VarintReader(packed);
  const rollup: Rollup = new Map();
  while (!reader.atEnd) {
    const key = reader.unsigned();
    const count = reader.unsigned();
    const min = reader.signed();
    const max = reader.unsigned() + min;
    rollup.set(key, { count, min, max, sum: reader.unsigned() + count * min });
  }
  return rollup;
}
