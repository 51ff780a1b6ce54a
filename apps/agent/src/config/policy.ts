import type { PolicyLevel } from '@muster/contracts';

export type { PolicyLevel };

/** Lowest first; the same list as the catalogue's, repeated because the catalogue itself stays out of the agent. */
export const POLICY_LEVELS = ['observe', 'manage', 'control'] as const satisfies readonly PolicyLevel[];

/** Whether an endpoint at `level` lets a command through that needs `needed`. */
export function policyAllows(level: PolicyLevel, needed: PolicyLevel): boolean {
  return POLICY_LEVELS.indexOf(level) >= POLICY_LEVELS.indexOf(needed);
}
