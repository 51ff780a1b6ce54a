import { Text } from '@mantine/core';
import type { DeviceId, DeviceRow } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { nameOf } from '../../actions/lifecycle-actions.ts';
import { queries } from '../../api/client.ts';
import { useLiveView } from '../../live/live.ts';
import { PageLink } from '../../parts/page-link.tsx';
import { lookOf, StateMark } from '../../parts/state-mark.tsx';
import { SystemIcon } from '../../parts/system-icon.tsx';
import { NamedDevice } from '../device/named-device.tsx';
import classes from './enrolment.module.css';

/** Machines that enrolled since this was opened; each lights up as it arrives. */
export function Arrivals() {
  const [arrived, setArrived] = useState<readonly DeviceRow[]>([]);
  useLiveView({ view: 'arrivals' }, (message) => {
    if (message.type !== 'arrival') return;
    setArrived((before) => [message.device, ...before.filter(({ id }) => id !== message.device.id)]);
  });
  useLiveView(
    arrived.length === 0 ? null : { view: 'devices', ids: arrived.map(({ id }) => id) },
    (message) => {
      if (message.type !== 'devices') return;
      const told = new Map(message.rows.map((row) => [row.id, row]));
      setArrived((before) => before.map((row) => ({ ...row, ...told.get(row.id) }) as DeviceRow));
    },
  );
  return (
    <div role="log" aria-label="Machines that arrived" className={classes.arrivals}>
      {arrived.length === 0 && (
        <Text size="sm" c="dimmed">
          Waiting: the new machine appears here the moment it enrols.
        </Text>
      )}
      {arrived.map((device) => (
        <div key={device.id} className={classes.arrival}>
          <SystemIcon os={device.os} name={device.osName} />
          <PageLink to="/devices/$deviceId" params={{ deviceId: device.id }} fw={550}>
            {nameOf(device)}
          </PageLink>
          <span className={classes.arrivalSystem}>{device.osName}</span>
          <StateMark look={lookOf(device)} />
          {device.lifecycle === 'pending' && <CloneNote deviceId={device.id} />}
        </div>
      ))}
    </div>
  );
}

/** What a person wants to know before they approve: that the machine is a copy of one that they have. */
function CloneNote({ deviceId }: { deviceId: DeviceId }) {
  const { data } = useQuery(queries.devices.get.queryOptions({ input: { deviceId } }));
  if (!data?.cloneOf) return null;
  return (
    <span className={classes.cloneNote}>
      clone of <NamedDevice otherwise="another device" deviceId={data.cloneOf} />
    </span>
  );
}
