import type { Device, DeviceRow, Lifecycle, Permission } from '@muster/contracts';
import { api } from '../api/client.ts';

/** What can be done with a device's record. */
export type LifecycleAction = {
  readonly name: 'approve' | 'suspend' | 'resume' | 'revoke' | 'retire';
  readonly verb: string;
  /** "db-03 is suspended". */
  readonly done: string;
  readonly permission: Permission;
  /** Cannot be undone. */
  readonly isDestructive: boolean;
  readonly from: readonly Lifecycle[];
  readonly describe: string;
  /** What it means for a device that is away now; undefined where that makes no difference. */
  readonly whenAway?: string;
};

const WHEN_NEXT = 'refused when they next try to connect';

/** In the order in which they are offered. Which states allow what is the server's table; it has the last word. */
export const LIFECYCLE_ACTIONS: readonly LifecycleAction[] = [
  {
    name: 'approve',
    verb: 'Approve',
    done: 'active',
    permission: 'devices:approve',
    isDestructive: false,
    from: ['pending'],
    describe: 'The device is taken in: it stores telemetry and takes commands from now on.',
  },
  {
    name: 'resume',
    verb: 'Resume',
    done: 'active again',
    permission: 'devices:manage',
    isDestructive: false,
    from: ['suspended'],
    describe: 'The device may connect again.',
    whenAway: 'let in when they next try to connect',
  },
  {
    name: 'suspend',
    verb: 'Suspend',
    done: 'suspended',
    permission: 'devices:manage',
    isDestructive: false,
    from: ['active'],
    describe: 'The device is cut off at once and stays out until it is resumed. Its key stays good.',
    whenAway: WHEN_NEXT,
  },
  {
    name: 'revoke',
    verb: 'Revoke',
    done: 'revoked',
    permission: 'devices:manage',
    isDestructive: true,
    from: ['pending', 'active', 'suspended'],
    describe:
      'The device is cut off and its key is worthless for good. The same machine comes back only by enrolling anew.',
    whenAway: WHEN_NEXT,
  },
  {
    name: 'retire',
    verb: 'Retire',
    done: 'retired',
    permission: 'devices:manage',
    isDestructive: true,
    from: ['pending', 'active', 'suspended', 'revoked'],
    describe:
      'The device leaves the fleet for good; its record and history stay. The same machine comes back as a new device.',
    whenAway: WHEN_NEXT,
  },
];

/** Does it to one device. */
export function runLifecycle(action: LifecycleAction, deviceId: DeviceRow['id']): Promise<Device> {
  return api.devices[action.name]({ deviceId });
}

/** The `muster` line that does the same. */
export function lifecycleCommand(action: LifecycleAction, device: Pick<DeviceRow, 'id'>): string {
  return `muster devices ${action.name} ${device.id}`;
}

/** The name that people know a device by. */
export function nameOf(device: Pick<DeviceRow, 'displayName' | 'hostname'>): string {
  return device.displayName ?? device.hostname;
}
