import { Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useMemo } from 'react';
import type { TimeSearch } from '../../../app/search.ts';
import { Failed, Loading } from '../../../parts/outcomes.tsx';
import { PageLink } from '../../../parts/page-link.tsx';
import { useDevice, useDeviceId } from '../use-device.ts';
import type { ChartFrame } from './chart-frame.ts';
import { AgentPanel, SystemPanel } from './fact-panels.tsx';
import { InstancePanel } from './instance-panel.tsx';
import classes from './overview.module.css';
import { RangePicker } from './range-picker.tsx';
import { RecentCommands } from './recent-commands.tsx';
import { rangeOf } from './time-range.ts';
import { useMarks } from './use-marks.ts';
import { useSamples, useTelemetry } from './use-telemetry.ts';

const Charts = lazy(() => import('./charts.tsx'));
const route = getRouteApi('/console/devices/$deviceId/');

/** How the machine does: charts over one range, what it consists of, what it is. */
export function OverviewTab() {
  const deviceId = useDeviceId();
  const device = useDevice().data;
  const search = route.useSearch();
  const range = useMemo(() => rangeOf(search), [search]);
  const samples = useSamples(deviceId);
  const telemetry = useTelemetry(deviceId, range, samples);
  const marks = useMarks(deviceId, telemetry.fromS, telemetry.toS);
  const navigate = route.useNavigate();
  // Not in the place of the range before: the browser's own way back leads out of it again.
  const zoom = (fromS: number, toS: number) => {
    const text = (at: number) => new Date(at * 1_000).toISOString();
    void navigate({ search: { range: 'custom', from: text(fromS), to: text(toS) } });
  };
  if (!device) return <Loading />;
  const { read, ...shown } = telemetry;
  return (
    <div className={classes.page}>
      <RangePicker isLive={range.isLive && device.presence === 'online'} />
      {read.isError && <Failed error={read.error} onRetry={() => void read.refetch()} />}
      {read.isSuccess && isEmpty(shown.frame) && (
        <Text size="sm" c="dimmed" role="status">
          {device.presence === 'online'
            ? 'Nothing was recorded in this time.'
            : 'Nothing was recorded in this time: the device is away. '}
          {device.presence !== 'online' && device.lastSeenAt && (
            <PageLink
              to="/devices/$deviceId"
              params={{ deviceId }}
              search={lastHour(device.lastSeenAt)}
              size="sm"
            >
              Show its last hour
            </PageLink>
          )}
        </Text>
      )}
      <Suspense fallback={<div className={classes.charts} />}>
        <Charts {...shown} marks={marks} onZoom={zoom} />
      </Suspense>
      <div className={classes.columns}>
        <InstancePanel device={device} sample={samples.at(-1)} />
        <div className={classes.side}>
          <SystemPanel device={device} />
          <AgentPanel device={device} />
          <RecentCommands deviceId={deviceId} />
        </div>
      </div>
    </div>
  );
}

/** What led up to the last word of a device. */
function lastHour(seenAt: string): TimeSearch {
  const from = new Date(Date.parse(seenAt) - 3_600_000).toISOString();
  return { range: 'custom', from, to: seenAt };
}

/** True where the charts have nothing to draw. */
function isEmpty({ columns }: ChartFrame): boolean {
  return Object.values(columns).every((values) => values.every((value) => value === null));
}
