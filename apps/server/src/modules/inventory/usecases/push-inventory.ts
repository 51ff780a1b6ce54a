import { create } from '@bufbuild/protobuf';
import type { InventoryPush } from '@muster/contracts';
import type { InventoryCategory } from '@muster/contracts/inventory';
import { InventoryItemSchema, InventoryUpdateSchema } from '@muster/contracts/wire';
import type { z } from 'zod';
import type { Actor } from '../../../platform/actor.ts';
import type { InventoryDeps } from '../inventory-deps.ts';
import { takeUpdate } from './take-update.ts';

type Pushed = { category: InventoryCategory; note: string; refused: string };

const encoder = new TextEncoder();

/**
 * Takes the whole of some categories from a foreign node (S4). The device is the caller's word, compared with the
 * scope of its key: what is outside reads as not found.
 */
export async function pushInventory(
  deps: InventoryDeps,
  actor: Actor,
  input: z.infer<typeof InventoryPush>,
): Promise<Pushed[]> {
  const { deviceNo } = await deps.linkOf(actor, input.deviceId);
  const pushed: Pushed[] = [];
  for (const { category, collectedAt, items, note } of input.categories) {
    const update = create(InventoryUpdateSchema, {
      category,
      collectedAtMs: BigInt(Date.parse(collectedAt)),
      state: crypto.getRandomValues(new Uint8Array(16)),
      upserts: items.map(({ kind, key, fields }) =>
        create(InventoryItemSchema, { kind, key, fields: encoder.encode(JSON.stringify(fields)) }),
      ),
      note,
    });
    const taken = await takeUpdate(deps, { deviceNo }, update);
    pushed.push({ category, note: taken.note, refused: taken.reply.refused });
  }
  return pushed;
}
