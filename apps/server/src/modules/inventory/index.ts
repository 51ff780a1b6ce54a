import { type Repeating, startRepeating } from '../../platform/bus/repeating.ts';
import type { InventoryPort } from '../../platform/gateway/ports.ts';
import { tidyChanges } from './db/changes.ts';
import { createInventoryRoutes } from './http.ts';
import type { InventoryDeps } from './inventory-deps.ts';
import { takeUpdate } from './usecases/take-update.ts';

export { INVENTORY_FIELDS } from './query/fields.ts';

/** What machines consist of, and what changed about it. */
export interface Inventory {
  readonly port: InventoryPort;
  readonly routes: ReturnType<typeof createInventoryRoutes>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const HOUR_MS = 3_600_000;

/** Wires the module. */
export function createInventory(deps: InventoryDeps): Inventory {
  let housekeeping: Repeating | undefined;
  const tidy = () => tidyChanges(deps.database.ingest, deps.now());
  return {
    port: { update: async (link, update) => (await takeUpdate(deps, link, update)).reply },
    routes: createInventoryRoutes(deps),
    start: async () => {
      await tidy();
      housekeeping = startRepeating({
        work: async () => void (await tidy()),
        onError: (error) => deps.onError(error, 'inventory housekeeping'),
        everyMs: HOUR_MS,
        gatherMs: HOUR_MS,
      });
    },
    stop: async () => housekeeping?.stop(),
  };
}
