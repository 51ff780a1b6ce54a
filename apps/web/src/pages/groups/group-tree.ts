import type { Group } from '@muster/contracts';
import { quote } from '@muster/query';

/** A group, and how deep it lies in others. */
export type PlacedGroup = { readonly group: Group; readonly depth: number };

/** Groups in the order of a tree: each under the one that it lies in, by name; one whose outer is not seen is at the top. */
export function groupTree(groups: readonly Group[]): readonly PlacedGroup[] {
  const ids = new Set(groups.map(({ id }) => id));
  const inside = new Map<string | null, Group[]>();
  for (const group of groups) {
    const outer = group.parentId && ids.has(group.parentId) ? group.parentId : null;
    inside.set(outer, [...(inside.get(outer) ?? []), group]);
  }
  const under = (outer: string | null, depth: number): readonly PlacedGroup[] =>
    [...(inside.get(outer) ?? [])]
      .sort((one, other) => one.name.localeCompare(other.name))
      .flatMap((group) => [{ group, depth }, ...under(group.id, depth + 1)]);
  return under(null, 0);
}

/** The groups that one may lie in: of its organisation, and neither itself nor inside itself. */
export function possibleOuters(groups: readonly Group[], of: Group | undefined): readonly Group[] {
  if (of === undefined) return groups;
  return groups.filter((one) => one.orgId === of.orgId && !liesIn(groups, one, of));
}

function liesIn(groups: readonly Group[], one: Group, outer: Group): boolean {
  const outerOf = ({ parentId }: Group) => groups.find(({ id }) => id === parentId);
  for (let at: Group | undefined = one; at; at = outerOf(at)) if (at.id === outer.id) return true;
  return false;
}

/** The query that finds the devices of a group, those of groups inside it included. */
export function queryOfGroup(name: string): string {
  return `group = ${quote(name)}`;
}
