import type { z } from 'zod';

/**
 * One kind of thing that an inventory lists. `key` says what names an item within its kind on one device. Fields named
 * in `volatile` change without anything having happened: they are kept, and no history is written for them.
 */
export type InventoryKind<Fields extends z.ZodType = z.ZodType> = {
  readonly title: string;
  readonly key: string;
  readonly fields: Fields;
  readonly volatile: readonly string[];
};

export function defineKind<Fields extends z.ZodObject>(
  kind: Omit<InventoryKind<Fields>, 'volatile'> & {
    readonly volatile?: readonly (keyof z.infer<Fields> & string)[];
  },
): InventoryKind<Fields> {
  return Object.freeze({ volatile: [], ...kind });
}
