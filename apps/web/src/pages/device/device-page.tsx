import { Text } from '@mantine/core';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { isUnknown } from '../../api/problem.ts';
import { useLiveState } from '../../live/live.ts';
import { Empty, Failed, Loading } from '../../parts/outcomes.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import classes from './device.module.css';
import { DeviceHeader } from './device-header.tsx';
import { PendingBanner } from './pending-banner.tsx';
import { useDevice, useDeviceId, useLiveDevice } from './use-device.ts';

const TABS = [
  { to: '/devices/$deviceId', label: 'Overview', exact: true },
  { to: '/devices/$deviceId/processes', label: 'Processes', exact: false },
  { to: '/devices/$deviceId/software', label: 'Software', exact: false },
  { to: '/devices/$deviceId/hardware', label: 'Hardware', exact: false },
  { to: '/devices/$deviceId/security', label: 'Security', exact: false },
  { to: '/devices/$deviceId/network', label: 'Network', exact: false },
  { to: '/devices/$deviceId/system', label: 'System', exact: false },
  { to: '/devices/$deviceId/changes', label: 'Changes', exact: false },
  { to: '/devices/$deviceId/timeline', label: 'Timeline', exact: false },
  { to: '/devices/$deviceId/settings', label: 'Settings', exact: false },
] as const;

/** One machine: who it is, how it is, and its tabs. */
export function DevicePage() {
  const deviceId = useDeviceId();
  const device = useDevice();
  useLiveDevice(deviceId);
  const isStale = useLiveState().name === 'reconnecting';
  const { pathname } = useLocation();
  if (device.isPending) return <Loading lines={10} />;
  if (device.isError) {
    if (isUnknown(device.error)) return <NoDevice />;
    return <Failed error={device.error} onRetry={() => void device.refetch()} />;
  }
  return (
    <div className={classes.page} data-stale={isStale}>
      <DeviceHeader device={device.data} tab={tabAt(pathname)} />
      <DeviceTabs deviceId={deviceId} />
      {device.data.lifecycle === 'pending' && <PendingBanner device={device.data} />}
      <Outlet />
    </div>
  );
}

/** Scrolls sideways where it is narrow; the tab that is open is always to be seen. */
function DeviceTabs({ deviceId }: { deviceId: string }) {
  const row = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  useEffect(() => {
    const open = row.current?.querySelector(`a[href="${pathname}"]`);
    open?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [pathname]);
  return (
    <nav ref={row} className={classes.tabs} aria-label="Tabs of this device">
      {TABS.map(({ to, label, exact }) => (
        <Link
          key={to}
          to={to}
          params={{ deviceId }}
          activeOptions={{ exact, includeSearch: false }}
          className={classes.tab}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}

/** What the tab is called that a path leads to. */
function tabAt(pathname: string): string | undefined {
  return TABS.find(({ to }) => to.split('/')[3] === pathname.split('/')[3])?.label;
}

function NoDevice() {
  return (
    <Empty
      title="There is no such device"
      text={<Text span>It was never here, or is out of your sight.</Text>}
    >
      <PageLink to="/devices">Go to the devices</PageLink>
    </Empty>
  );
}
