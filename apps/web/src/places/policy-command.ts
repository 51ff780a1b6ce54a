import { PolicyField, type PolicyValues } from '@muster/contracts/policies';
import { shellWord } from '../actions/muster-line.ts';
import type { PolicyPlace } from './use-place-policy.ts';

/** The `muster` lines that make of what a policy sets what is wanted. */
export function policyCommand(
  { kind, name }: PolicyPlace,
  before: PolicyValues,
  wanted: PolicyValues,
): string {
  const changed = PolicyField.options.filter((field) => wanted[field] !== before[field]);
  const set = changed
    .filter((field) => wanted[field] !== undefined)
    .map((field) => `${field}=${wanted[field]}`);
  const cleared = changed.filter((field) => wanted[field] === undefined);
  const place = `${kind} ${shellWord(name)}`;
  return [
    ...(set.length > 0 ? [`muster policies set ${place} ${set.join(' ')}`] : []),
    ...(cleared.length > 0 ? [`muster policies clear ${place} ${cleared.join(' ')}`] : []),
  ].join('\n');
}
