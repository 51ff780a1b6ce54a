import type { Executor } from './executor.ts';

/** IV-9: the inventory on demand. It has ended when the server has what changed. */
export const inventoryCollect: Executor<'inventory.collect'> = {
  async run({ categories }, { inventory, signal }) {
    return { categories: await inventory.collect(categories, signal) };
  },
};
