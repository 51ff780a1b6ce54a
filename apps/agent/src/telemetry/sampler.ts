import { type MetricName, metricNamed, toQuanta } from '@muster/contracts/metrics';
import type { Collector, InstanceName, SampleSink } from '../os/os.ts';
import type { Sample } from '../wire/messages.gen.ts';
import type { InstanceNumbers } from './instances.ts';

/** Runs the collectors and gathers one sample in quanta. */
export class Sampler implements SampleSink {
  readonly #collectors: readonly Collector[];
  readonly #instances: InstanceNumbers;
  readonly #failures = new Map<string, number>();
  #sample: Sample = emptySample(0);

  constructor(collectors: readonly Collector[], instances: InstanceNumbers) {
    this.#collectors = collectors;
    this.#instances = instances;
  }

  /** One sample. While `shedding`, only the essential collectors run. */
  take(atMs: number, shedding: boolean): Sample {
    this.#sample = emptySample(atMs);
    for (const collector of this.#collectors) {
      if (shedding && !collector.essential) continue;
      try {
        collector.sample(this);
      } catch {
        this.#failures.set(collector.name, (this.#failures.get(collector.name) ?? 0) + 1);
      }
    }
    return this.#sample;
  }

  /** How often each collector has failed since start. */
  get failures(): ReadonlyMap<string, number> {
    return this.#failures;
  }

  device(name: MetricName, value: number): void {
    const metric = metricNamed(name);
    const quanta = toQuanta(metric, value);
    if (!Number.isSafeInteger(quanta)) return;
    this.#sample.metrics?.metrics.push(metric.number);
    this.#sample.metrics?.values.push(quanta);
  }

  instance(instance: InstanceName, name: MetricName, value: number): void {
    const metric = metricNamed(name);
    const quanta = toQuanta(metric, value);
    const number = this.#instances.numberOf(instance);
    if (number === undefined || !Number.isSafeInteger(quanta)) return;
    let entry = this.#sample.instances.find((one) => one.instance === number);
    if (!entry) {
      entry = { instance: number, metrics: { metrics: [], values: [] } };
      this.#sample.instances.push(entry);
    }
    entry.metrics?.metrics.push(metric.number);
    entry.metrics?.values.push(quanta);
  }
}

function emptySample(atMs: number): Sample {
  return { atMs, metrics: { metrics: [], values: [] }, instances: [] };
}
