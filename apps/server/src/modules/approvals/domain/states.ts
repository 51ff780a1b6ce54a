import type { ApprovalState } from '@muster/contracts';

export type ApprovalEvent = 'approve' | 'deny' | 'withdraw' | 'use' | 'expire';

/** What can become of a request; what is not here cannot. */
const NEXT: Readonly<Record<ApprovalState, Partial<Record<ApprovalEvent, ApprovalState>>>> = {
  pending: { approve: 'approved', deny: 'denied', withdraw: 'withdrawn', expire: 'expired' },
  approved: { deny: 'denied', withdraw: 'withdrawn', use: 'used', expire: 'expired' },
  used: {},
  denied: {},
  withdrawn: {},
  expired: {},
};

/** The state after an event; undefined where it cannot happen. */
export function nextState(state: ApprovalState, event: ApprovalEvent): ApprovalState | undefined {
  return NEXT[state][event];
}

/** The states from which an event can happen. */
export function statesBefore(event: ApprovalEvent): ApprovalState[] {
  return (Object.keys(NEXT) as ApprovalState[]).filter((state) => NEXT[state][event] !== undefined);
}
