import type { Field, Reading } from '../catalogue/field.ts';
import type { ValueTest } from '../values/value-test.ts';

/** Which value: a field in one of its readings, and the selector or argument (folded) or key (exact). */
export type Target = { readonly field: Field; readonly reading: Reading; readonly of?: string };

/** A checked query: fields resolved, values typed, `!=` and sets taken apart. Compiled and evaluated from here. */
export type Plan =
  | { readonly type: 'all' }
  | { readonly type: 'and' | 'or'; readonly terms: readonly Plan[] }
  | { readonly type: 'not'; readonly term: Plan }
  | { readonly type: 'test'; readonly target: Target; readonly test: ValueTest };

/** The fields that decide a plan, each once; their `authority` says who can move a device in or out. */
export function fieldsOf(plan: Plan): readonly Field[] {
  const found = new Set<Field>();
  const visit = (part: Plan): void => {
    if (part.type === 'test') found.add(part.target.field);
    if (part.type === 'not') visit(part.term);
    if (part.type === 'and' || part.type === 'or') part.terms.forEach(visit);
  };
  visit(plan);
  return [...found];
}
