import type { SQL } from 'drizzle-orm';
import type { Scope } from '../../../platform/actor.ts';
import type { Database } from '../../../platform/db/index.ts';
import { findPage, type PageOfRows, type PageRequest } from '../db/list-rows.ts';
import { readWithin } from './read-within.ts';

export type PageToRead = {
  readonly database: Database;
  readonly scope: Scope;
  readonly request: PageRequest;
  /** The condition for walking the list in its order, where that is written otherwise and an index has the order. */
  readonly walked: SQL | undefined;
};

/** A list that takes longer is stopped by the database. */
const LIST_TIMEOUT_MS = 5_000;
/** A page that is not there by then is looked for by walking too. */
const WALK_AFTER_MS = 18;
/** A walk that has met too few matches by then is over. */
const WALK_TIMEOUT_MS = 30;
const QUERY_CANCELED = '57014';

/** The page as its request says. */
export function read(
  { database, scope, request }: PageToRead,
  timeoutMs = LIST_TIMEOUT_MS,
): Promise<PageOfRows> {
  return readWithin(database, scope, timeoutMs, (tx) => findPage(tx, scope, request));
}

/** The page, by whichever way is faster. */
export function readPage(page: PageToRead): Promise<PageOfRows> {
  const plain = read(page);
  if (!page.walked) return plain;
  const walk = walkUnless(plain, page);
  return Promise.race([plain, walk.then((found) => found ?? plain)]);
}

/** Walks the list in its order unless `other` has answered by then; undefined when too little was met. */
export function walkUnless(other: Promise<unknown>, page: PageToRead): Promise<PageOfRows | undefined> {
  const walk = walkLater(other, page);
  // Nobody may be waiting for it any more.
  walk.catch(() => undefined);
  return walk;
}

async function walkLater(other: Promise<unknown>, page: PageToRead): Promise<PageOfRows | undefined> {
  const answered = other.then(
    (found) => found !== undefined,
    () => true,
  );
  const isAnswered = await Promise.race([answered, Bun.sleep(WALK_AFTER_MS)]);
  if (isAnswered || !page.walked) return undefined;
  const request = { ...page.request, condition: page.walked, walked: true } as const;
  return read({ ...page, request }, WALK_TIMEOUT_MS).catch(onlyCanceled);
}

/** Undefined for what the database stopped; throws what else went wrong. */
export function onlyCanceled(error: unknown): undefined {
  if (!isCanceled(error)) throw error;
}

function isCanceled(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && error.code === QUERY_CANCELED) || isCanceled(error.cause);
}
