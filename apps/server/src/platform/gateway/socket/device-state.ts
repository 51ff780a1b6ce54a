import type { Lifecycle } from '@muster/contracts';
import { DeviceState } from '@muster/contracts/wire';

const STATES: Readonly<Record<Lifecycle, DeviceState>> = Object.freeze({
  pending: DeviceState.PENDING,
  active: DeviceState.ACTIVE,
  suspended: DeviceState.SUSPENDED,
  revoked: DeviceState.REVOKED,
  retired: DeviceState.RETIRED,
});

/** The lifecycle as the wire says it. */
export function deviceState(lifecycle: Lifecycle): DeviceState {
  return STATES[lifecycle];
}
