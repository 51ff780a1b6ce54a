import type { DeviceRow, DeviceSort } from '@muster/contracts';
import { type Actor, requirePermission } from '../../../platform/actor.ts';
import type { Database } from '../../../platform/db/index.ts';
import { countMatching, type PageOfRows } from '../db/list-rows.ts';
import { readCursor, writeCursor } from '../domain/cursor.ts';
import type { Queries } from '../query/compile-query.ts';
import { sortOf } from '../query/sorts.ts';
import { onlyCanceled, type PageToRead, read, readPage, walkUnless } from './read-page.ts';
import { readWithin } from './read-within.ts';

export type ListInput = {
  readonly query?: string | undefined;
  readonly sort: DeviceSort;
  readonly cursor?: string | undefined;
  readonly limit: number;
};

export type DevicePage = {
  readonly items: DeviceRow[];
  readonly next: string | null;
  readonly count?: { readonly value: number; readonly exact: boolean };
};

/** How long a first page waits for its count; past all of it the count comes behind, with the summary. */
const COUNT_TIMES: CountTimes = { togetherMs: 100, allMs: 40, someMs: 10 };
/** Where the list can be walked meanwhile, its count is waited for so long. */
const WALKED_COUNT_MS = 36;
const COUNTED_AT_MOST = 1_000;

/** Milliseconds for page and count in one scan, then for the count alone, then for the first thousand of it. */
export type CountTimes = { readonly togetherMs: number; readonly allMs: number; readonly someMs: number };

type Listing = PageToRead & { readonly times: CountTimes };

/** One page of the devices that match. The first page comes with a count, exact where that is cheap. */
export async function listDevices(
  deps: { readonly database: Database; readonly queries: Queries; readonly countTimes?: CountTimes },
  actor: Actor,
  input: ListInput,
): Promise<DevicePage> {
  const scope = requirePermission(actor, 'devices:read');
  const { plan, condition, walked } = deps.queries.within(scope.orgIds).compile(input.query ?? '');
  const { sort, limit } = input;
  const after = input.cursor === undefined ? undefined : readCursor(input.cursor, sort);
  const listing: Listing = {
    database: deps.database,
    scope,
    times: deps.countTimes ?? COUNT_TIMES,
    request: { condition, sort, after, limit, counted: false },
    walked: sortOf(sort).indexed ? walked : undefined,
  };
  if (after) return shown(await readPage(listing));
  // Without a filter an index hands out the page at once, and counting needs no joins.
  if (plan.type === 'all' && sortOf(sort).indexed) return countedApart(listing);
  if (listing.walked) return countedOrWalked(listing);
  return (await countedTogether(listing)) ?? countedApart(listing);
}

/**
 * What matches seldom is found from its index, with the count. What matches often is met at once when the list is walked
 * in its order; then the count would take longer than people wait, and comes behind.
 */
async function countedOrWalked(listing: Listing): Promise<DevicePage> {
  const together = countedTogether(listing);
  const walk = walkUnless(together, listing);
  const counted = await Promise.race([together, Bun.sleep(WALKED_COUNT_MS)]);
  if (counted) return counted;
  const page = await walk;
  if (!page) return (await together) ?? countedApart(listing);
  return { ...shown(page), count: { value: page.items.length + (page.next ? 1 : 0), exact: !page.next } };
}

function shown({ items, next }: PageOfRows): DevicePage {
  return { items, next: next && writeCursor(next) };
}

async function countedTogether(listing: Listing): Promise<DevicePage | undefined> {
  const counted = { ...listing, request: { ...listing.request, counted: true } };
  const page = await read(counted, listing.times.togetherMs).catch(onlyCanceled);
  return page && { ...shown(page), count: { value: page.matching ?? 0, exact: true } };
}

async function countedApart(listing: Listing): Promise<DevicePage> {
  const [page, counted] = await Promise.all([read(listing), count(listing)]);
  if (!page.next) return { ...shown(page), count: { value: page.items.length, exact: true } };
  return { ...shown(page), count: counted ?? { value: page.items.length + 1, exact: false } };
}

/** Undefined where not even the first thousand could be counted in time. */
async function count({ database, scope, request, times }: Listing): Promise<DevicePage['count']> {
  const within = (timeoutMs: number, most: number | undefined) =>
    readWithin(database, scope, timeoutMs, (tx) => countMatching(tx, scope, request.condition, most)).catch(
      onlyCanceled,
    );
  const all = await within(times.allMs, undefined);
  if (all !== undefined) return { value: all, exact: true };
  const some = await within(times.someMs, COUNTED_AT_MOST);
  return some === undefined ? undefined : { value: some, exact: some < COUNTED_AT_MOST };
}
