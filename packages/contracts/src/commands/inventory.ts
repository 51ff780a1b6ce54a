import { z } from 'zod';
import { InventoryCategory } from '../inventory/index.ts';
import { defineCommand } from './define-command.ts';

export const inventoryCollect = defineCommand({
  name: 'inventory.collect',
  version: 1,
  title: 'Collect inventory',
  describe: 'Looks at the machine now and sends what changed; without categories, everything.',
  permission: 'inventory:collect',
  level: 'observe',
  risk: 'read',
  effect: 'idempotent',
  timeoutMs: 10 * 60_000,
  deliverWithinMs: 24 * 3_600_000,
  payload: z.object({ categories: z.array(InventoryCategory).max(20).default([]) }),
  result: z.object({
    categories: z.array(
      z.object({
        category: z.string(),
        /** Items that came, changed or went. */
        changes: z.number().int().nonnegative(),
        /** What could not be read, and why; empty: nothing. */
        note: z.string(),
      }),
    ),
  }),
});
