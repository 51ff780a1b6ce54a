import { create } from '@bufbuild/protobuf';
import { type Timestamp, timestampFromDate, timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  type DeviceRow,
  type LiveSample,
  type MetricName,
  MusterError,
  metricNamed,
  type Series,
  toQuanta,
} from '@muster/contracts';
import { type MetricSet, MetricSetSchema, sentpulse } from '@muster/contracts/wire';
import type { SeriesAnswer } from '../telemetry/index.ts';

const STATUS = {
  unknown: sentpulse.DeviceStatus.UNSPECIFIED,
  online: sentpulse.DeviceStatus.ONLINE,
  unresponsive: sentpulse.DeviceStatus.UNRESPONSIVE,
  offline: sentpulse.DeviceStatus.OFFLINE,
} as const;

/** Presence word of a status filter; undefined for none. */
export function presenceOf(status: sentpulse.DeviceStatus): string | undefined {
  return Object.entries(STATUS).find(([, value]) => value === status && value !== STATUS.unknown)?.[0];
}

/** A device as S2 11.1 shows it. Its telemetry is the newest sample heard within five minutes, if any. */
export function toDevice(row: DeviceRow, sample: LiveSample | undefined): sentpulse.Device {
  return create(sentpulse.DeviceSchema, {
    id: row.id,
    organizationId: row.orgId,
    siteId: row.siteId,
    hostname: row.hostname,
    os: row.os,
    osVersion: row.osVersion,
    arch: row.arch,
    agentVersion: row.agentVersion,
    serialNumber: row.serialNumber ?? '',
    status: STATUS[row.presence],
    ...(row.lastSeenAt ? { lastSeenAt: timestampFromDate(new Date(row.lastSeenAt)) } : {}),
    ...(sample ? { currentTelemetry: toTelemetry((metric) => sample.values[metric]) } : {}),
  });
}

/** Chart points; a time at which nothing was recorded is left out. */
export function toDataPoints(answer: SeriesAnswer): sentpulse.TelemetryDataPoint[] {
  const byMetric = new Map<string, Series>(answer.series.map((series) => [series.metric, series]));
  return answer.times.flatMap((seconds, index) => {
    const value = (metric: MetricName) => byMetric.get(metric)?.mean[index] ?? undefined;
    if (answer.series.every((series) => series.mean[index] === null)) return [];
    const time: Timestamp = timestampFromMs(seconds * 1000);
    return [create(sentpulse.TelemetryDataPointSchema, { time, telemetry: toTelemetry(value) })];
  });
}

/** Percent is used over total; a value that is missing is zero, which is what proto3 says by leaving a field out. */
function toTelemetry(value: (metric: MetricName) => number | undefined): sentpulse.Telemetry {
  const share = (used: number | undefined, total: number | undefined) =>
    used && total ? (used / total) * 100 : 0;
  const whole = (number: number | undefined) => BigInt(Math.max(0, Math.round(number ?? 0)));
  return create(sentpulse.TelemetrySchema, {
    cpuPercent: value('cpu') ?? 0,
    memoryPercent: share(value('memory.used'), value('memory.total')),
    memoryUsedBytes: whole(value('memory.used')),
    memoryTotalBytes: whole(value('memory.total')),
    diskPercent: share(value('disk.used'), value('disk.total')),
    diskUsedBytes: whole(value('disk.used')),
    diskTotalBytes: whole(value('disk.total')),
    networkRxBps: whole(value('network.received')),
    networkTxBps: whole(value('network.sent')),
  });
}

/**
 * What a foreign client reports, in the catalogue's quanta. Totals of zero mean that it does not know. Throws invalid_input
 * for a share of CPU that is none.
 */
export function toMetricSet(telemetry: sentpulse.Telemetry): MetricSet {
  if (!Number.isFinite(telemetry.cpuPercent) || telemetry.cpuPercent < 0) {
    const message = `\`telemetry.cpu_percent\` must be a number from 0 to 100, not ${telemetry.cpuPercent}.`;
    throw new MusterError('invalid_input', message, { field: 'telemetry.cpu_percent' });
  }
  const values: [MetricName, number][] = [
    ['cpu', telemetry.cpuPercent],
    ['network.received', Number(telemetry.networkRxBps)],
    ['network.sent', Number(telemetry.networkTxBps)],
  ];
  if (telemetry.memoryTotalBytes > 0n) {
    values.push(
      ['memory.used', Number(telemetry.memoryUsedBytes)],
      ['memory.total', Number(telemetry.memoryTotalBytes)],
    );
  }
  if (telemetry.diskTotalBytes > 0n) {
    values.push(
      ['disk.used', Number(telemetry.diskUsedBytes)],
      ['disk.total', Number(telemetry.diskTotalBytes)],
    );
  }
  return create(MetricSetSchema, {
    metrics: values.map(([metric]) => metricNamed(metric).number),
    values: values.map(([metric, real]) => BigInt(toQuanta(metricNamed(metric), real))),
  });
}
