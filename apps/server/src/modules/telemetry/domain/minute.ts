import { findMetric } from '@muster/contracts';
import type { InstanceMetrics, MetricSet } from '@muster/contracts/wire';
import { VarintReader, type VarintWriter } from './varints.ts';

/** Instance number of the device itself; disks, interfaces and sensors count from 1. */
export const DEVICE_INSTANCE = 0;

/** One value of a minute or sample, in quanta. */
export type Reading = { readonly instance: number; readonly metric: number; readonly quanta: number };

const MAX_INSTANCES = 512;

function readingsOf(instance: number, set: MetricSet | undefined, into: Reading[]): void {
  const count = Math.min(set?.metrics.length ?? 0, set?.values.length ?? 0);
  for (let index = 0; index < count; index++) {
    const metric = set?.metrics[index] ?? 0;
    const quanta = Number(set?.values[index] ?? 0);
    if (findMetric(metric) && Number.isSafeInteger(quanta)) into.push({ instance, metric, quanta });
  }
}

/**
 * Values of a wire message as readings, in wire order. Metrics that this build does not know and values beyond 2^53 are
 * left out; instances beyond 512 are, too.
 */
export function readingsFrom(message: {
  metrics?: MetricSet | undefined;
  instances: readonly InstanceMetrics[];
}): Reading[] {
  const readings: Reading[] = [];
  readingsOf(DEVICE_INSTANCE, message.metrics, readings);
  for (const instance of message.instances.slice(0, MAX_INSTANCES)) {
    if (instance.instance > DEVICE_INSTANCE && instance.instance < 65_536)
      readingsOf(instance.instance, instance.metrics, readings);
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
