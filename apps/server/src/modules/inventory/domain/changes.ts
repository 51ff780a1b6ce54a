import { findKind, type InventoryCategory } from '@muster/contracts/inventory';
import type { Item, ItemKey } from './read-update.ts';

/** One line of a category's history. */
export type Change = ItemKey & {
  readonly change: 'added' | 'removed' | 'changed';
  readonly before: Record<string, unknown> | null;
  readonly after: Record<string, unknown> | null;
};

const nameOf = ({ kind, key }: ItemKey): string => `${kind}\n${key}`;

/**
 * What happened, given what was kept of the items named. Fields that are volatile make no history; an item that comes
 * and goes in one update was changed.
 */
export function findChanges(
  category: InventoryCategory,
  kept: readonly Item[],
  update: { readonly upserts: readonly Item[]; readonly removed: readonly ItemKey[] },
): Change[] {
  const before = new Map(kept.map((item) => [nameOf(item), item]));
  const after = new Map(update.upserts.map((item) => [nameOf(item), item]));
  const changes: Change[] = [];
  for (const [name, { kind, key, fields }] of after) {
    const old = before.get(name);
    if (!old) changes.push({ kind, key, change: 'added', before: null, after: fields });
    else if (!isSame(category, old, fields))
      changes.push({ kind, key, change: 'changed', before: old.fields, after: fields });
  }
  for (const { kind, key } of update.removed) {
    const name = nameOf({ kind, key });
    const old = before.get(name);
    if (old && !after.has(name))
      changes.push({ kind, key, change: 'removed', before: old.fields, after: null });
  }
  return category === 'software' ? pairVersions(changes) : changes;
}

function isSame(category: InventoryCategory, old: Item, fields: Item['fields']): boolean {
  const volatile = new Set(findKind(category, old.kind)?.volatile);
  const told = (all: Item['fields']) =>
    Object.entries(all)
      .filter(([name]) => !volatile.has(name))
      .sort(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify(told(old.fields)) === JSON.stringify(told(fields));
}

/**
 * One version that goes while another of the same title comes is an update, not a removal beside an arrival; of changes that
 * were found apart, too, as when a whole sending ends.
 */
export function pairVersions(changes: readonly Change[]): Change[] {
  const title = (fields: Change['before']) => `${fields?.ecosystem} ${fields?.arch} ${fields?.name}`;
  const gone = new Map<string, Change[]>();
  for (const change of changes) {
    if (change.change !== 'removed') continue;
    const same = gone.get(title(change.before)) ?? [];
    gone.set(title(change.before), [...same, change]);
  }
  const paired = new Set<Change>();
  const updated = changes.map((change) => {
    const old = change.change === 'added' ? gone.get(title(change.after))?.shift() : undefined;
    if (!old) return change;
    paired.add(old);
    return { ...change, change: 'changed' as const, before: old.before };
  });
  return updated.filter((change) => !paired.has(change));
}
