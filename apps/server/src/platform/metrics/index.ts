import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What this process measures about itself; modules add their own to `registry`. */
export type Metrics = {
  readonly registry: Registry;
  readonly httpRequests: Histogram<'method' | 'route' | 'status'>;
  readonly errors: Counter<'part'>;
  readonly rateLimited: Counter<'identity'>;
};

const CPU_MICROSECONDS_PER_SECOND = 1_000_000;

/**
 * A registry with the numbers that every process has. prom-client's own defaults are left out: half of them read
 * Node internals that Bun lacks, and `promtool check metrics` refuses the names of some.
 */
export function createMetrics(version: string): Metrics {
  const registry = new Registry();
  const registers = [registry];
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory of the server process.',
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  new Gauge({
    name: 'process_start_time_seconds',
    help: 'When the server process started, in seconds since 1970.',
    registers,
  }).set(Math.round(performance.timeOrigin / 1000));
  const cpu = new Counter({
    name: 'process_cpu_seconds_total',
    help: 'Processor time that the server process has used.',
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / CPU_MICROSECONDS_PER_SECOND);
    },
  });
  cpu.inc(0);
  new Gauge({
    name: 'muster_build_info',
    help: 'Always 1; the label says which version runs.',
    labelNames: ['version'],
    registers,
  }).set({ version }, 1);
  return {
    registry,
    httpRequests: new Histogram({
      name: 'muster_http_request_duration_seconds',
      help: 'How long requests to console and API took.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1, 3, 10],
      registers,
    }),
    rateLimited: new Counter({
      name: 'muster_http_rate_limited_total',
      help: 'Requests refused because a person, a key or an address sent too many.',
      labelNames: ['identity'],
      registers,
    }),
    errors: new Counter({
      name: 'muster_errors_total',
      help: 'Faults of the server itself, by the part that had them.',
      labelNames: ['part'],
      registers,
    }),
  };
}
