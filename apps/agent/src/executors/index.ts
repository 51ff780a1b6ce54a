import type { CommandName } from '@muster/contracts';
import type { Executor } from './executor.ts';
import { inventoryCollect } from './inventory-collect.ts';
import { networkConnections } from './network-connections.ts';
import { processKill } from './process-kill.ts';
import { processList } from './process-list.ts';

/** One executor for each entry of the command catalogue: a missing one does not compile. */
export const EXECUTORS: { readonly [Name in CommandName]: Executor<Name> } = {
  'inventory.collect': inventoryCollect,
  'network.connections': networkConnections,
  'process.list': processList,
  'process.kill': processKill,
};
