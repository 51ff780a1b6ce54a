import type { CommandId, DeviceId } from '@muster/contracts';
import type { ReactNode } from 'react';
import { PageLink } from '../parts/page-link.tsx';

/** Leads to a device, from wherever its action's end is told. */
export function deviceRecord(deviceId: DeviceId, label = 'Open the device'): ReactNode {
  return (
    <PageLink to="/devices/$deviceId" params={{ deviceId }} size="sm">
      {label}
    </PageLink>
  );
}

/** Leads to the record of a command. */
export function commandRecord(commandId: CommandId): ReactNode {
  return (
    <PageLink to="/commands/$commandId" params={{ commandId }} size="sm">
      Open its record
    </PageLink>
  );
}
