import { expect } from 'bun:test';
import { INVENTORY, type InventoryCategory } from '@muster/contracts/inventory';
import type { Found } from '../../inventory/item.ts';
import type { RegistryPlace, RegistryTree, RegistryValue } from '../windows/inventory/registry-tree.ts';

/** A registry as it was written down, by `root/view/path`. */
export function recorded(keys: Record<string, Record<string, RegistryValue>>): RegistryTree {
  const named = ({ root = 'machine', view = 64, path }: RegistryPlace) =>
    `${root}/${view}/${path}`.toLowerCase();
  const all = new Map(Object.entries(keys).map(([name, values]) => [name.toLowerCase(), { name, values }]));
  return {
    keys(place) {
      const start = place.path === '' ? named(place) : `${named(place)}\\`;
      const below = [...all].filter(([name]) => name.startsWith(start));
      return [...new Set(below.map(([, { name }]) => name.slice(start.length).split('\\')[0] ?? ''))];
    },
    values: (place) => all.get(named(place))?.values,
  };
}

/** Every item as the catalogue wants it. */
export function checked(category: InventoryCategory, found: Found): Map<string, Record<string, unknown>> {
  expect(found.note).toBe('');
  const kinds: Record<string, { fields: { parse(value: unknown): unknown } }> = INVENTORY[category].kinds;
  return new Map(
    found.items.map(({ kind, key, fields }) => {
      expect(kinds[kind]?.fields.parse(fields)).toEqual(fields);
      return [key, fields];
    }),
  );
}
