import { findMetric } from '@muster/contracts';
import type { InstanceMetrics, MetricSet } from '@muster/contracts/wire';
import { VarintReader, type VarintWriter } from './varints.ts';

/** Instance number of the device itself; disks, interfaces and sensors count from 1. */
export const DEVICE_INSTANCE = 0;

/** One value of a minute or sample, in quanta. */
export type Reading = { readonly instance: number; readonly metric: number; readonly quanta: number };

const MAX_INSTANCES = 512;
/** No machine has more of anything (an exabyte of disk); an hour of such values still adds up exactly. */
const MAX_QUANTA = 2 ** 40;

function readingsOf(instance: number, set: MetricSet | undefined, into: Reading[]): void {
  const count = Math.min(set?.metrics.length ?? 0, set?.values.length ?? 0);
  const first = into.length;
  for (let index = 0; index < count; index++) {
    const metric = set?.metrics[index] ?? 0;
    const quanta = Number(set?.values[index] ?? 0);
    if (!findMetric(metric) || Math.abs(quanta) > MAX_QUANTA) continue;
    if (!isAmong(into, first, metric)) into.push({ instance, metric, quanta });
  }
}

/** Whether the readings from `first` on have the metric; they are as many as the catalogue has metrics at most. */
function isAmong(readings: readonly Reading[], first: number, metric: number): boolean {
  for (let index = first; index < readings.length; index++)
    if (readings[index]?.metric === metric) return true;
  return false;
}

/**
 * Values of a wire message as readings, in wire order, each metric of an instance once. Metrics that this build does not
 * know, values beyond what any machine has, and instances beyond 512 are left out.
 */
export function readingsFrom(message: {
  metrics?: MetricSet | undefined;
  instances: readonly InstanceMetrics[];
}): Reading[] {
  const readings: Reading[] = [];
  readingsOf(DEVICE_INSTANCE, message.metrics, readings);
  const seen = new Set<number>();
  for (const { instance, metrics } of message.instances.slice(0, MAX_INSTANCES)) {
    if (instance <= DEVICE_INSTANCE || instance > 65_535 || seen.has(instance)) continue;
    seen.add(instance);
    readingsOf(instance, metrics, readings);
  }
  return readings;
}

/** A minute as stored: (instance, metric, value) triples of varints, in quanta. */
export function packReadings(writer: VarintWriter, readings: readonly Reading[]): Uint8Array {
  for (const reading of readings) {
    writer.unsigned(reading.instance);
    writer.unsigned(reading.metric);
    writer.signed(reading.quanta);
  }
  return writer.take();
}

/** Inverse of packReadings. */
export function unpackReadings(packed: Uint8Array): Reading[] {
  const reader = new VarintReader(packed);
  const readings: Reading[] = [];
  while (!reader.atEnd)
    readings.push({ instance: reader.unsigned(), metric: reader.unsigned(), quanta: reader.signed() });
  return readings;
}
