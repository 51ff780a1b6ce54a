import type { Plan } from '@muster/query';

/** A smart group as others see it: its name, and which groups its query names. */
export type Named = {
  readonly id: string;
  readonly name: string;
  readonly plan: Plan;
  /** Keys of the tags that its members get. */
  readonly carries: readonly string[];
  /** The groups around it: whoever is in it is in them. */
  readonly around?: readonly { readonly id: string; readonly name: string }[];
};

/** Whether the plan asks for one of the tags. */
function asksForTag(plan: Plan, keys: readonly string[]): boolean {
  if (plan.type === 'not') return asksForTag(plan.term, keys);
  if (plan.type === 'and' || plan.type === 'or') return plan.terms.some((term) => asksForTag(term, keys));
  if (plan.type !== 'test' || plan.target.field.name !== 'tag') return false;
  return keys.includes(plan.target.of ?? '');
}

/**
 * Whether who is in the other group can decide who is meant by the plan: by its name, that of a group around it, or a tag
 * that it carries.
 */
export function standsOn(plan: Plan, other: Pick<Named, 'name' | 'carries' | 'around'>): boolean {
  return wayTo(plan, other) !== undefined;
}

/** The group around the other one by whose name it is meant, if it is by that; undefined where it is not meant. */
function wayTo(plan: Plan, other: Pick<Named, 'name' | 'carries' | 'around'>): string[] | undefined {
  if (names(plan, other.name.toLowerCase()) || asksForTag(plan, other.carries)) return [];
  const outer = other.around?.find(({ name }) => names(plan, name.toLowerCase()));
  return outer && [outer.name];
}

/** Whether the plan asks for a group of that name; anything but an exact name may mean any. */
function names(plan: Plan, folded: string): boolean {
  if (plan.type === 'not') return names(plan.term, folded);
  if (plan.type === 'and' || plan.type === 'or') return plan.terms.some((term) => names(term, folded));
  if (plan.type !== 'test' || plan.target.field.name !== 'group') return false;
  return plan.test.type === 'same-folded' ? plan.test.values.includes(folded) : true;
}

/** Whether a group's query names another group by exactly this name. */
export function isNamedBy(name: string, { plan }: Named): boolean {
  const asks = (part: Plan): boolean => {
    if (part.type === 'not') return asks(part.term);
    if (part.type === 'and' || part.type === 'or') return part.terms.some(asks);
    if (part.type !== 'test' || part.target.field.name !== 'group') return false;
    return part.test.type === 'same-folded' && part.test.values.includes(name.toLowerCase());
  };
  return asks(plan);
}

/**
 * The groups through which `group` would stand on itself, in order; undefined where it does not. Queries that name
 * groups, or ask for tags that groups carry, are layered: none may reach back to itself.
 */
export function circleOf(group: Named, others: readonly Named[]): string[] | undefined {
  const all = [...others.filter(({ id }) => id !== group.id), group];
  const seen = new Set<string>();
  const walk = (from: Named, path: readonly string[]): string[] | undefined => {
    for (const next of all) {
      const between = seen.has(next.id) ? undefined : wayTo(from.plan, next);
      if (!between) continue;
      const further = [...path, ...between, next.name];
      if (next.id === group.id) return further;
      seen.add(next.id);
      const found = walk(next, further);
      if (found) return found;
    }
    return undefined;
  };
  return walk(group, [group.name]);
}
