import type { DeviceId, InventoryItem, InventoryState } from '@muster/contracts';
import type { InventoryCategory } from '@muster/contracts/inventory';
import { fold } from '@muster/query';
import { z } from 'zod';
import { type Actor, requirePermission } from '../../../platform/actor.ts';
import type { Tx } from '../../../platform/db/index.ts';
import { readChanges, readItems, readSoftware, readStates } from '../db/reading.ts';
import { containingPattern, pageOf, readCursor } from '../domain/page-cursor.ts';
import type { InventoryDeps } from '../inventory-deps.ts';

type Deps = Pick<InventoryDeps, 'database' | 'mustExist'>;

/** Age of each category of a device. */
export function getStates(deps: Deps, actor: Actor, deviceId: DeviceId): Promise<InventoryState[]> {
  return ofDevice(deps, actor, deviceId, (tx) => readStates(tx, deviceId));
}

/** What a category of a device consists of now. */
export function getItems(
  deps: Deps,
  actor: Actor,
  { deviceId, category }: { readonly deviceId: DeviceId; readonly category: InventoryCategory },
): Promise<InventoryItem[]> {
  return ofDevice(deps, actor, deviceId, (tx) => readItems(tx, deviceId, category));
}

type SoftwarePage = {
  readonly deviceId: DeviceId;
  readonly search: string;
  readonly cursor?: string | undefined;
  readonly limit: number;
};

const SoftwarePlace = z.object({ name: z.string(), title: z.number().int(), version: z.number().int() });

/** A page of what is installed on a device. */
export async function getSoftware(deps: Deps, actor: Actor, input: SoftwarePage) {
  const { deviceId, limit } = input;
  const after = readCursor(input.cursor, SoftwarePlace);
  const like = containingPattern(fold(input.search));
  const rows = await ofDevice(deps, actor, deviceId, (tx) =>
    readSoftware(tx, deviceId, { like, after, limit: limit + 1 }),
  );
  return pageOf(rows, limit, ({ folded, titleId, versionId }) => ({
    name: folded,
    title: titleId,
    version: versionId,
  }));
}

type ChangesPage = {
  readonly deviceId: DeviceId;
  readonly category?: InventoryCategory | undefined;
  readonly since?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
};

/** Where history goes on. */
export const ChangePlace = z.object({ at: z.string().max(40), id: z.string().regex(/^\d{1,19}$/) });

/** A page of what changed on a device, newest first. */
export async function getChanges(deps: Deps, actor: Actor, input: ChangesPage) {
  const { deviceId, category, since, limit } = input;
  const before = readCursor(input.cursor, ChangePlace);
  const rows = await ofDevice(deps, actor, deviceId, (tx) =>
    readChanges(tx, deviceId, { category, since, before, limit: limit + 1 }),
  );
  return pageOf(rows, limit, ({ exactAt, id }) => ({ at: exactAt, id }));
}

async function ofDevice<T>(
  { database, mustExist }: Deps,
  actor: Actor,
  deviceId: DeviceId,
  read: (tx: Tx) => Promise<T>,
): Promise<T> {
  const scope = requirePermission(actor, 'devices:read');
  return database.transaction(scope, async (tx) => {
    await mustExist(tx, scope, deviceId);
    return read(tx);
  });
}
