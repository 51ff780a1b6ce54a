import { type Lifecycle, MusterError } from '@muster/contracts';

/*
 * The life of a device's record, apart from presence (EN-11).
 *
 *   pending    Enrolled under a token that needs approval, or as a copy of another device. It may connect and is seen,
 *              but gets no commands and stores no telemetry.
 *   active     In use.
 *   suspended  Cut off until somebody resumes it. Its key stays good.
 *   revoked    Cut off for good: its key is worthless.
 *   retired    Gone: removed by hand, or its agent was uninstalled. The record and its history stay.
 *
 * A pending device is not suspended but revoked, so that resuming can never stand in for approving. Nothing leads out of
 * retired; the same machine comes back as a new device.
 */
export type LifecycleEvent = 'approve' | 'suspend' | 'resume' | 'revoke' | 'retire' | 'uninstall';

type Row = Readonly<Partial<Record<LifecycleEvent, Lifecycle>>>;

/** state × event → state; what is absent is refused. */
export const LIFECYCLE_TABLE: Readonly<Record<Lifecycle, Row>> = Object.freeze({
  pending: Object.freeze({ approve: 'active', revoke: 'revoked', retire: 'retired', uninstall: 'retired' }),
  active: Object.freeze({
    suspend: 'suspended',
    revoke: 'revoked',
    retire: 'retired',
    uninstall: 'retired',
  }),
  suspended: Object.freeze({ resume: 'active', revoke: 'revoked', retire: 'retired', uninstall: 'retired' }),
  revoked: Object.freeze({ retire: 'retired' }),
  retired: Object.freeze({}),
});

/** The state after the event; throws `conflict` naming both where the table has none. */
export function nextLifecycle(state: Lifecycle, event: LifecycleEvent): Lifecycle {
  const to = LIFECYCLE_TABLE[state]?.[event];
  if (to) return to;
  throw new MusterError('conflict', `A device that is ${state} cannot be told to ${event}.`, {
    lifecycle: state,
    event,
  });
}

/** Whether a device in this state may hold a connection. */
export function mayConnect(state: Lifecycle): boolean {
  return state === 'pending' || state === 'active';
}

/** Whether the device left for good. */
export function hasEnded(state: Lifecycle): boolean {
  return state === 'revoked' || state === 'retired';
}
