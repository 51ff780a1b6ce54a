import { MusterError } from '@muster/contracts';
import type { Ecosystem } from '@muster/contracts/inventory';
import { fold, quote } from '@muster/query';
import { z } from 'zod';
import { type Actor, requirePermission } from '../../../platform/actor.ts';
import { COUNTED, readArrivals, readTitles, readVersions } from '../db/fleet.ts';
import { containingPattern, pageOf, readCursor } from '../domain/page-cursor.ts';
import type { InventoryDeps } from '../inventory-deps.ts';
import { ChangePlace } from './read-device.ts';

type Deps = Pick<InventoryDeps, 'database'>;

type TitlesPage = {
  readonly search: string;
  readonly ecosystem?: Ecosystem | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
};

const TitlePlace = z.object({ name: z.string(), id: z.number().int() });

/** A page of what is installed across the devices that the actor may see. */
export async function listTitles(deps: Deps, actor: Actor, input: TitlesPage) {
  const scope = requirePermission(actor, 'devices:read');
  const { ecosystem, limit } = input;
  const after = readCursor(input.cursor, TitlePlace);
  const like = containingPattern(fold(input.search));
  const rows = await deps.database.transaction(scope, (tx) =>
    readTitles(tx, scope, { like, ecosystem, after, limit: limit + 1 }),
  );
  const { items, next } = pageOf(rows, limit, ({ folded, id }) => ({ name: folded, id }));
  return {
    items: items.map(({ id, ecosystem, name, devices }) => ({
      id,
      ecosystem,
      name,
      devices: { value: Math.min(devices, COUNTED), exact: devices <= COUNTED },
    })),
    next,
  };
}

/** The versions of a title with their devices; throws not_found where no visible device has it. */
export async function getVersions(deps: Deps, actor: Actor, titleId: number) {
  const scope = requirePermission(actor, 'devices:read');
  const rows = await deps.database.transaction(scope, (tx) => readVersions(tx, scope, titleId));
  const [first] = rows;
  if (!first) throw noSuchTitle(titleId);
  const { ecosystem, name } = first;
  return {
    id: titleId,
    ecosystem,
    name,
    versions: rows.map(({ version, devices, firstSince }) => ({
      version,
      devices,
      firstSince,
      query: `software ${quote(name)} = ${quote(version)}`,
    })),
  };
}

const noSuchTitle = (titleId: number) =>
  new MusterError('not_found', 'No device that you may see has this software.', { titleId });

type ArrivalsPage = {
  readonly titleId: number;
  readonly cursor?: string | undefined;
  readonly limit: number;
};

/** A page of what became of a title across the fleet, newest first; throws not_found as above. */
export async function listArrivals(deps: Deps, actor: Actor, { titleId, cursor, limit }: ArrivalsPage) {
  const scope = requirePermission(actor, 'devices:read');
  const before = readCursor(cursor, ChangePlace);
  const rows = await deps.database.transaction(scope, async (tx) => {
    const found = await readArrivals(tx, scope, { titleId, before, limit: limit + 1 });
    if (found.length === 0 && !before && (await readVersions(tx, scope, titleId)).length === 0)
      throw noSuchTitle(titleId);
    return found;
  });
  return pageOf(rows, limit, ({ exactAt, id }) => ({ at: exactAt, id }));
}
