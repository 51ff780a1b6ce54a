import { create } from '@bufbuild/protobuf';
import { type InventoryReply, InventoryReplySchema, type InventoryUpdate } from '@muster/contracts/wire';
import type { SQL } from 'bun';
import type { DeviceLink } from '../../../platform/gateway/ports.ts';
import { writeChanges } from '../db/changes.ts';
import { type Place, readItems, removeItems, sweepItems, writeItems } from '../db/items.ts';
import {
  type Dictionary,
  readPackages,
  removePackages,
  resolve,
  sweepPackages,
  writePackages,
} from '../db/software.ts';
import { lockState, type StateRow, touchState, writeState } from '../db/states.ts';
import { type Change, findChanges, pairVersions } from '../domain/changes.ts';
import { type Item, type ItemKey, type ReadUpdate, readUpdate } from '../domain/read-update.ts';
import { Package, packageKey } from '../domain/software.ts';
import type { InventoryDeps } from '../inventory-deps.ts';

/** What the device is answered, and what was left out of its update. */
export type Taken = { readonly reply: InventoryReply; readonly note: string };

/** Generations are told apart, not ordered. */
const GENERATIONS = 30_000;

/**
 * Stores what a category of a device has become and answers with the state that the next difference starts from. A
 * base that is not what is kept here changes nothing and asks for everything.
 */
export async function takeUpdate(
  deps: InventoryDeps,
  link: Pick<DeviceLink, 'deviceNo'>,
  raw: InventoryUpdate,
): Promise<Taken> {
  const update = readUpdate(raw);
  const { category } = raw;
  if (typeof update === 'string')
    return { reply: create(InventoryReplySchema, { category, refused: update }), note: '' };
  const packages =
    update.category === 'software' ? update.upserts.map((item) => Package.parse(item.fields)) : [];
  const dictionary = packages.length > 0 ? await resolve(deps.database.ingest, packages) : EMPTY;
  return deps.database.ingest.begin(async (tx): Promise<Taken> => {
    const known = await lockState(tx, link.deviceNo, update.category);
    if (update.base && !isSameState(known?.state, update.base)) {
      const state = known?.state ?? new Uint8Array();
      return { reply: create(InventoryReplySchema, { category, state, wantAll: true }), note: '' };
    }
    const at = new Date(deps.now());
    const seen = { collectedAt: new Date(Math.min(update.collectedAtMs, deps.now())), receivedAt: at };
    if (known && update.base && isSameState(update.state, update.base) && !update.more && !known.replacing) {
      const { note } = update;
      await touchState(tx, { deviceNo: link.deviceNo, category: update.category }, { ...seen, note });
    } else await store(deps, tx, { deviceNo: link.deviceNo, known, update, dictionary, packages, ...seen });
    if (category === 'system') await deps.touched?.(tx, link.deviceNo, 'collected');
    return { reply: create(InventoryReplySchema, { category, state: update.state }), note: update.note };
  });
}

const EMPTY: Dictionary = { titles: new Map(), versions: new Map() };

type Storing = {
  readonly deviceNo: number;
  readonly known: StateRow | undefined;
  readonly update: ReadUpdate;
  readonly dictionary: Dictionary;
  readonly packages: readonly Package[];
  readonly collectedAt: Date;
  readonly receivedAt: Date;
};

async function store(deps: InventoryDeps, tx: SQL, input: Storing): Promise<void> {
  const { deviceNo, known, update, collectedAt, receivedAt } = input;
  const { category } = update;
  const isFresh = update.base === undefined;
  const generation = isFresh ? ((known?.generation ?? 0) % GENERATIONS) + 1 : (known?.generation ?? 1);
  const replacing = isFresh || (known?.replacing ?? false);
  const place = { deviceNo, category, generation, at: receivedAt };
  const applied = await apply(tx, place, input);
  const isEnd = replacing && !update.more;
  const swept = isEnd ? await sweep(tx, place) : [];
  const found = [...applied, ...findChanges(category, swept, { upserts: [], removed: swept })];
  const changes = category === 'software' ? pairVersions(found) : found;
  // The first whole sending is how the machine is, not what happened to it.
  if (known?.whole) await writeChanges(tx, place, changes);
  await writeState(tx, {
    deviceNo,
    category,
    state: update.state,
    generation,
    replacing: replacing && update.more,
    whole: (known?.whole ?? false) || isEnd,
    collectedAt,
    receivedAt,
    hasChanged: changes.length > 0,
    note: update.note,
  });
  if (changes.length > 0) await deps.touched?.(tx, deviceNo, category);
}

/** Writes what came and what went; returns what that changed. */
async function apply(tx: SQL, place: Place, { update, dictionary, packages }: Storing): Promise<Change[]> {
  const { category, removed } = update;
  if (category !== 'software') {
    const named: ItemKey[] = [...update.upserts, ...removed];
    const changes = findChanges(category, await readItems(tx, place, named), update);
    await writeItems(tx, place, update.upserts);
    await removeItems(tx, place, without(removed, update.upserts));
    return changes;
  }
  // Its key follows from its fields, whatever the machine calls it.
  const upserts = packages.map(
    (item): Item => ({ kind: 'package', key: packageKey(item), fields: { ...item } }),
  );
  const kept = await readPackages(tx, place, [...upserts, ...removed]);
  await writePackages(tx, place, packages, dictionary);
  await removePackages(tx, place, without(removed, upserts));
  return findChanges(category, kept, { upserts, removed });
}

async function sweep(tx: SQL, place: Place): Promise<Item[]> {
  return place.category === 'software' ? sweepPackages(tx, place) : sweepItems(tx, place);
}

function without(removed: readonly ItemKey[], upserts: readonly Item[]): ItemKey[] {
  const stays = new Set(upserts.map(({ kind, key }) => `${kind}\n${key}`));
  return removed.filter(({ kind, key }) => !stays.has(`${kind}\n${key}`));
}

function isSameState(left: Uint8Array | undefined, right: Uint8Array): boolean {
  return left !== undefined && Buffer.compare(left, right) === 0;
}
