/** Reads one page of what a list shows, from the first or from where the one before it ended. */
export type ReadPage<Row> = (
  cursor: string | undefined,
  signal: AbortSignal,
) => Promise<{
  readonly items: readonly Row[];
  readonly next: string | null;
  readonly count?: { readonly value: number; readonly exact: boolean } | undefined;
}>;

/** As many rows as the server hands out at once. */
const PAGE_ROWS = 500;

/** The part of a page's input that says which page. */
export function pageAfter(cursor: string | undefined): { limit: number; cursor?: string } {
  return { limit: PAGE_ROWS, ...(cursor === undefined ? {} : { cursor }) };
}

/** How far it is; `total` is undefined where the server counts no further. */
export type ReadSoFar = { readonly read: number; readonly total: number | undefined };

type Reading = { readonly signal: AbortSignal; readonly onMore: (so: ReadSoFar) => void };

/** Every row that matches, in its order. Tells after each page but the last how far it is; throws when it is given up. */
export async function readAll<Row>(readPage: ReadPage<Row>, { signal, onMore }: Reading): Promise<Row[]> {
  const rows: Row[] = [];
  let total: number | undefined;
  for (let cursor: string | undefined; ; ) {
    const page = await readPage(cursor, signal);
    signal.throwIfAborted();
    for (const row of page.items) rows.push(row);
    if (page.count?.exact) total = page.count.value;
    if (page.next === null) return rows;
    cursor = page.next;
    onMore({ read: rows.length, total });
  }
}
