import type { DeviceId, LiveSample } from '@muster/contracts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { api } from '../../../api/client.ts';
import { live, useLiveView } from '../../../live/live.ts';
import { useNow } from '../../../parts/clock.ts';
import { type ChartFrame, toFrame, withSamples } from './chart-frame.ts';
import type { TimeRange } from './time-range.ts';

const CHARTED = 'cpu,memory.used,memory.total,disk.read,disk.written,network.received,network.sent';
const MOST_SAMPLES = 330;
const EMPTY: ChartFrame = { times: [], columns: {} };

/** Samples of a device as they come, each second while this is used. */
export function useSamples(deviceId: DeviceId): readonly LiveSample[] {
  const [held, setHeld] = useState<{ deviceId: DeviceId; samples: readonly LiveSample[] }>({
    deviceId,
    samples: [],
  });
  useLiveView({ view: 'device', deviceId, live: true }, (message) => {
    if (message.type !== 'samples') return;
    setHeld((before) => {
      const samples = before.deviceId === deviceId ? before.samples : [];
      const last = samples.at(-1)?.at ?? 0;
      const newer = message.samples.filter(({ at }) => at > last);
      return { deviceId, samples: [...samples, ...newer].slice(-MOST_SAMPLES) };
    });
  });
  return held.deviceId === deviceId ? held.samples : [];
}

/** Chart data of a range, continued by live samples where it is the live one. */
export function useTelemetry(deviceId: DeviceId, range: TimeRange, samples: readonly LiveSample[]) {
  const now = useNow();
  const read = useQuery({
    queryKey: ['telemetry', deviceId, range.key],
    queryFn: async () => {
      const { fromMs, toMs } = range.window(live.serverNow());
      const answer = await api.telemetry.get({
        deviceId,
        from: new Date(fromMs).toISOString(),
        to: new Date(toMs).toISOString(),
        metrics: CHARTED,
        ...(range.isLive ? { resolution: 1 } : {}),
      });
      return { frame: toFrame(answer), fromMs, toMs };
    },
    placeholderData: keepPreviousData,
    refetchInterval: range.refreshMs === 0 ? false : range.refreshMs,
    staleTime: range.isLive ? 0 : 30_000,
    gcTime: range.isLive ? 0 : 60_000,
  });
  const window = range.isLive ? range.window(now) : (read.data ?? range.window(now));
  const fromS = window.fromMs / 1000;
  const stored = read.data?.frame ?? EMPTY;
  const frame = useMemo(
    () => (range.isLive ? withSamples(stored, samples, fromS) : stored),
    [range.isLive, stored, samples, fromS],
  );
  return { read, frame, fromS, toS: window.toMs / 1000 };
}
