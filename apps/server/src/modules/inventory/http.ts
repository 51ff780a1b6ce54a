import { contract } from '@muster/contracts';
import { implement } from '@orpc/server';
import type { RequestContext } from '../../platform/http/index.ts';
import type { InventoryDeps } from './inventory-deps.ts';
import { pushInventory } from './usecases/push-inventory.ts';
import { getChanges, getItems, getSoftware, getStates } from './usecases/read-device.ts';
import { getVersions, listArrivals, listTitles } from './usecases/read-fleet.ts';

/** Routes of contract.inventory. */
export function createInventoryRoutes(deps: InventoryDeps) {
  const os = implement(contract.inventory).$context<RequestContext>();
  return os.router({
    states: os.states.handler(async ({ input, context }) => ({
      items: await getStates(deps, context.actor, input.deviceId),
    })),
    items: os.items.handler(async ({ input, context }) => ({
      items: await getItems(deps, context.actor, input),
    })),
    software: os.software.handler(({ input, context }) => getSoftware(deps, context.actor, input)),
    changes: os.changes.handler(({ input, context }) => getChanges(deps, context.actor, input)),
    push: os.push.handler(async ({ input, context }) => ({
      items: await pushInventory(deps, context.actor, input),
    })),
    titles: os.titles.handler(({ input, context }) => listTitles(deps, context.actor, input)),
    versions: os.versions.handler(({ input, context }) => getVersions(deps, context.actor, input.titleId)),
    arrivals: os.arrivals.handler(({ input, context }) => listArrivals(deps, context.actor, input)),
  });
}
