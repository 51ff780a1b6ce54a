import type { DeviceRow, DeviceSort } from '@muster/contracts';
import type { SQL } from 'drizzle-orm';
import type { Actor, Scope } from '../../../platform/actor.ts';
import type { Database } from '../../../platform/db/index.ts';
import { requirePermission } from '../../../platform/require-permission.ts';
import { countMatching, findPage } from '../db/list-rows.ts';
import { readCursor, writeCursor } from '../domain/cursor.ts';
import { compileQuery } from '../query/compile-query.ts';
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

/** A list that takes longer is stopped by the database. */
const LIST_TIMEOUT_MS = 5_000;
/** What counting may cost in all: first everything, and where that takes too long, the first thousand. */
const COUNT_ALL_MS = 40;
const COUNT_SOME_MS = 10;
const COUNTED_AT_MOST = 1_000;
const QUERY_CANCELED = '57014';

/** One page of the devices that match. The first page comes with a count, exact where that is cheap. */
export async function listDevices(
  deps: { readonly database: Database },
  actor: Actor,
  input: ListInput,
): Promise<DevicePage> {
  requirePermission(actor, 'devices:read');
  const { condition } = compileQuery(input.query ?? '');
  const after = input.cursor === undefined ? undefined : readCursor(input.cursor, input.sort);
  const page = readWithin(deps.database, actor.scope, LIST_TIMEOUT_MS, (tx) =>
    findPage(tx, actor.scope, { condition, sort: input.sort, after, limit: input.limit }),
  );
  const counting = after ? undefined : count(deps.database, actor.scope, condition);
  const [{ items, next }, counted] = await Promise.all([page, counting]);
  const listed = { items, next: next && writeCursor(next) };
  if (after) return listed;
  if (!next) return { ...listed, count: { value: items.length, exact: true } };
  return { ...listed, count: counted ?? { value: items.length + 1, exact: false } };
}

/** Undefined where not even the first thousand could be counted in time. */
async function count(database: Database, scope: Scope, condition: SQL): Promise<DevicePage['count']> {
  const within = (timeoutMs: number, most: number | undefined) =>
    readWithin(database, scope, timeoutMs, (tx) => countMatching(tx, scope, condition, most)).catch(
      onlyCanceled,
    );
  const all = await within(COUNT_ALL_MS, undefined);
  if (all !== undefined) return { value: all, exact: true };
  const some = await within(COUNT_SOME_MS, COUNTED_AT_MOST);
  return some === undefined ? undefined : { value: some, exact: some < COUNTED_AT_MOST };
}

function onlyCanceled(error: unknown): undefined {
  if (!isCanceled(error)) throw error;
}

function isCanceled(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && error.code === QUERY_CANCELED) || isCanceled(error.cause);
}
