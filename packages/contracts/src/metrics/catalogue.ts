/**
 * The metric catalogue. On the wire and on disk a value is an integer number of quanta: `real = value × quantum`.
 * Numbers are wire identity: never reused, never changed. `last` metrics keep their last value in a minute, `mean` ones
 * their average.
 */
export type Metric = {
  readonly number: number;
  readonly name: string;
  readonly unit:
    | 'percent'
    | 'bytes'
    | 'bits/s'
    | 'bytes/s'
    | 'seconds'
    | 'count'
    | 'celsius'
    | 'rpm'
    | 'volt'
    | 'load';
  readonly quantum: number;
  readonly minute: 'mean' | 'last';
  readonly of: readonly ('device' | 'disk' | 'interface' | 'temperature' | 'fan' | 'voltage')[];
  readonly describe: string;
};

const metrics = [
  {
    number: 1,
    name: 'cpu',
    unit: 'percent',
    quantum: 0.1,
    minute: 'mean',
    of: ['device'],
    describe: 'Busy share of all processors.',
  },
  {
    number: 2,
    name: 'memory.used',
    unit: 'bytes',
    quantum: 65536,
    minute: 'mean',
    of: ['device'],
    describe: 'Memory in use (total minus available).',
  },
  {
    number: 3,
    name: 'memory.total',
    unit: 'bytes',
    quantum: 65536,
    minute: 'last',
    of: ['device'],
    describe: 'Installed memory the system sees.',
  },
  {
    number: 4,
    name: 'swap.used',
    unit: 'bytes',
    quantum: 65536,
    minute: 'mean',
    of: ['device'],
    describe: 'Swap or page file in use.',
  },
  {
    number: 5,
    name: 'swap.total',
    unit: 'bytes',
    quantum: 65536,
    minute: 'last',
    of: ['device'],
    describe: 'Swap or page file size.',
  },
  {
    number: 6,
    name: 'disk.used',
    unit: 'bytes',
    quantum: 1048576,
    minute: 'mean',
    of: ['device', 'disk'],
    describe: 'Used bytes: of all fixed disks, or of one.',
  },
  {
    number: 7,
    name: 'disk.total',
    unit: 'bytes',
    quantum: 1048576,
    minute: 'last',
    of: ['device', 'disk'],
    describe: 'Size: of all fixed disks, or of one.',
  },
  {
    number: 8,
    name: 'network.received',
    unit: 'bits/s',
    quantum: 8,
    minute: 'mean',
    of: ['device', 'interface'],
    describe: 'Received, loopback left out.',
  },
  {
    number: 9,
    name: 'network.sent',
    unit: 'bits/s',
    quantum: 8,
    minute: 'mean',
    of: ['device', 'interface'],
    describe: 'Sent, loopback left out.',
  },
  {
    number: 10,
    name: 'disk.read',
    unit: 'bytes/s',
    quantum: 512,
    minute: 'mean',
    of: ['device', 'disk'],
    describe: 'Read from disk.',
  },
  {
    number: 11,
    name: 'disk.written',
    unit: 'bytes/s',
    quantum: 512,
    minute: 'mean',
    of: ['device', 'disk'],
    describe: 'Written to disk.',
  },
  {
    number: 12,
    name: 'load',
    unit: 'load',
    quantum: 0.01,
    minute: 'mean',
    of: ['device'],
    describe: 'Run queue, one-minute average (Linux, macOS).',
  },
  {
    number: 13,
    name: 'uptime',
    unit: 'seconds',
    quantum: 1,
    minute: 'last',
    of: ['device'],
    describe: 'Since the system booted.',
  },
  {
    number: 14,
    name: 'processes',
    unit: 'count',
    quantum: 1,
    minute: 'last',
    of: ['device'],
    describe: 'Processes that exist.',
  },
  {
    number: 20,
    name: 'temperature',
    unit: 'celsius',
    quantum: 0.1,
    minute: 'mean',
    of: ['temperature'],
    describe: 'One temperature sensor.',
  },
  { number: 21, name: 'fan', unit: 'rpm', quantum: 1, minute: 'mean', of: ['fan'], describe: 'One fan.' },
  {
    number: 22,
    name: 'voltage',
    unit: 'volt',
    quantum: 0.001,
    minute: 'mean',
    of: ['voltage'],
    describe: 'One voltage rail.',
  },
] as const satisfies readonly Metric[];

export type MetricName = (typeof metrics)[number]['name'];

export const METRICS: readonly (Metric & { name: MetricName })[] = metrics;

/** Metrics of the device itself, in catalogue order: these are columns; everything else travels per instance. */
export const DEVICE_METRICS = METRICS.filter((metric) => metric.of.includes('device'));

const byName = new Map(METRICS.map((metric) => [metric.name, metric]));
const byNumber = new Map(METRICS.map((metric) => [metric.number, metric]));

/** Throws for a name outside the catalogue: a programming error. */
export function metricNamed(name: MetricName): Metric {
  const metric = byName.get(name);
  if (!metric) throw new Error(`no metric is called ${name}`);
  return metric;
}

/** Undefined for a number this build does not know: a newer agent's metric, to be ignored. */
export function findMetric(number: number): (Metric & { name: MetricName }) | undefined {
  return byNumber.get(number);
}

/** Real value to quanta, rounded to the nearest. */
export function toQuanta(metric: Metric, real: number): number {
  return Math.round(real / metric.quantum);
}

/** Quanta to the real value in the metric's unit. */
export function fromQuanta(metric: Metric, quanta: number): number {
  return quanta * metric.quantum;
}
