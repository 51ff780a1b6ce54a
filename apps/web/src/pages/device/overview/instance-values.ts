import type { Device, LiveSample, Series } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../../api/client.ts';
import { live } from '../../../live/live.ts';

/** The newest values of one disk, interface or sensor. */
export type Instance = {
  readonly kind: string;
  readonly name: string;
  readonly values: Readonly<Record<string, number>>;
};

const LOOK_BACK_MS = 15 * 60_000;

/**
 * Every instance with its newest values: from the live sample where there is one, else from the last minutes before the
 * last contact.
 */
export function useInstances(device: Device, sample: LiveSample | undefined) {
  const isLive = sample !== undefined && Object.keys(sample.instances).length > 0;
  const stored = useQuery({
    queryKey: ['telemetry', device.id, 'instances'],
    queryFn: async () => {
      const lastMs = device.lastSeenAt === null ? live.serverNow() : Date.parse(device.lastSeenAt);
      const toMs = device.presence === 'online' ? live.serverNow() : lastMs + 60_000;
      const answer = await api.telemetry.get({
        deviceId: device.id,
        from: new Date(toMs - LOOK_BACK_MS).toISOString(),
        to: new Date(toMs).toISOString(),
        resolution: 60,
        instances: 'true',
      });
      return fromSeries(answer.series);
    },
    enabled: !isLive,
  });
  return { instances: isLive ? fromSample(sample) : stored.data, stored };
}

function fromSample({ instances }: LiveSample): Instance[] {
  return Object.entries(instances).map(([key, values]) => {
    const cut = key.indexOf(':');
    return { kind: key.slice(0, cut), name: key.slice(cut + 1), values };
  });
}

function fromSeries(series: readonly Series[]): Instance[] {
  const found = new Map<string, Instance & { values: Record<string, number> }>();
  for (const { instance, metric, mean } of series) {
    const last = mean.findLast((value) => value !== null);
    if (instance === null || last === undefined || last === null) continue;
    const key = `${instance.kind}:${instance.name}`;
    const one = found.get(key) ?? { kind: instance.kind, name: instance.name, values: {} };
    one.values[metric] = last;
    found.set(key, one);
  }
  return [...found.values()];
}
