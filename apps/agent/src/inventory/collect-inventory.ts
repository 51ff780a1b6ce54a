import { setPriority } from 'node:os';
import type { Options } from '../config/options.ts';
import { StateFolder } from '../identity/state-folder.ts';
import type { System } from '../os/os.ts';
import type { Draft } from '../wire/codec.ts';
import type { InventoryUpdate } from '../wire/messages.gen.ts';
import type { Found } from './item.ts';
import { readAcknowledged, writeOutbox } from './outbox.ts';
import { pack, type Snapshot, snapshot } from './pack.ts';

const LOW_PRIORITY = 10;

/**
 * `muster-agent inventory`: looks at the machine, compares with what the server has, and leaves the difference for the
 * agent. A process of its own: what a package list costs in memory is given back when it ends.
 */
export async function collectInventory(system: System, options: Options): Promise<number> {
  setPriority(LOW_PRIORITY);
  const folder = new StateFolder(options.stateFolder ?? system.places.stateFolder);
  const readers = await system.inventory();
  const updates: Draft<InventoryUpdate>[] = [];
  const next = new Map<string, Snapshot>();
  for (const [category, read] of Object.entries(readers)) {
    if (options.categories.length > 0 && !options.categories.includes(category)) continue;
    const found = await attempt(read);
    if (typeof found === 'string') {
      process.stderr.write(`${category} could not be read: ${found}\n`);
      continue;
    }
    const { items, note } = found;
    const acknowledged = readAcknowledged(folder, category);
    updates.push(...pack({ category, collectedAtMs: options.atMs, items, note, acknowledged }));
    next.set(category, snapshot(items));
  }
  writeOutbox(folder, updates, next);
  return 0;
}

async function attempt(read: () => Promise<Found> | Found): Promise<Found | string> {
  try {
    return await read();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
