import type { Plan } from '../check/plan.ts';
import type { DeviceRecord } from './device-record.ts';
import { holds } from './holds.ts';
import { valuesOf } from './values-of.ts';

/**
 * Decides a checked query for one record, with the meaning that `compile` gives it in SQL: a comparison
 * with a missing value is false and its `not` is true; of several values any may match.
 */
export function evaluate(plan: Plan, record: DeviceRecord, options: { readonly now: Date }): boolean {
  const nowMs = options.now.getTime();
  const decide = (part: Plan): boolean => {
    switch (part.type) {
      case 'all':
        return true;
      case 'and':
        return part.terms.every(decide);
      case 'or':
        return part.terms.some(decide);
      case 'not':
        return !decide(part.term);
      case 'test':
        return valuesOf(part.target, record).some((value) => holds(part.test, value, nowMs));
    }
  };
  return decide(plan);
}
