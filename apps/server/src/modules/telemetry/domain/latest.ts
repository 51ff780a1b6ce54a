import { fromQuanta, type MetricName, metricNamed } from '@muster/contracts';
import type { AgentHealth } from '@muster/contracts/wire';
import { DEVICE_INSTANCE, type Reading } from './minute.ts';
import type { InstanceName } from './series.ts';

/** What lists show and filter by, of the newest minute. Percent 0–100, sizes bytes, rates bits a second. */
export type Latest = {
  readonly cpuPercent: number | null;
  readonly memoryPercent: number | null;
  readonly networkBitsPerSecond: number | null;
  readonly disks: readonly {
    readonly name: string;
    readonly freePercent: number;
    readonly freeBytes: number;
  }[];
  readonly agent: {
    residentBytes: number;
    cpuPercent: number;
    shedding: boolean;
    minutesDropped: number;
  } | null;
};

/** Derives the latest values from a minute's readings and the device's dictionary of instances. */
export function latestOf(
  readings: readonly Reading[],
  names: ReadonlyMap<number, InstanceName>,
  health: AgentHealth | undefined,
): Latest {
  const values = new Map(readings.map(({ instance, metric, quanta }) => [`${instance} ${metric}`, quanta]));
  const value = (name: MetricName, instance = DEVICE_INSTANCE): number | null => {
    const metric = metricNamed(name);
    const quanta = values.get(`${instance} ${metric.number}`);
    return quanta === undefined ? null : fromQuanta(metric, quanta);
  };
  const received = value('network.received');
  const sent = value('network.sent');
  return {
    cpuPercent: value('cpu'),
    memoryPercent: share(value('memory.used'), value('memory.total')),
    networkBitsPerSecond: received === null && sent === null ? null : (received ?? 0) + (sent ?? 0),
    disks: [...names].flatMap(([instance, { kind, name }]) => {
      const total = value('disk.total', instance);
      const used = value('disk.used', instance);
      if (kind !== 'disk' || total === null || used === null || total <= 0) return [];
      return [{ name, freePercent: 100 - (used / total) * 100, freeBytes: Math.max(0, total - used) }];
    }),
    agent: health
      ? {
          residentBytes: Math.min(Number(health.residentBytes), Number.MAX_SAFE_INTEGER),
          cpuPercent: health.cpuPermille / 10,
          shedding: health.shedding,
          minutesDropped: health.minutesDropped,
        }
      : null,
  };
}

const share = (part: number | null, whole: number | null): number | null =>
  part === null || whole === null || whole <= 0 ? null : Math.min(100, (part / whole) * 100);
