import type { InstanceName, SampleSink } from '../os/os.ts';

/** Remembers what collectors say: device values by metric, instance values by "kind name metric". */
export class RecordedSink implements SampleSink {
  readonly values = new Map<string, number>();

  device(metric: string, value: number): void {
    this.values.set(metric, value);
  }

  instance({ kind, name }: InstanceName, metric: string, value: number): void {
    this.values.set(`${kind} ${name} ${metric}`, value);
  }

  get(key: string): number {
    const value = this.values.get(key);
    if (value === undefined)
      throw new Error(`${key} was not measured, only ${[...this.values.keys()].join(', ')}`);
    return value;
  }
}
