import type { AuditRow } from '@muster/contracts';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { queries } from '../../api/client.ts';
import type { AuditSearch } from './audit-search.ts';

const LOOK_AGAIN_MS = 5_000;

/** Name of a row among all rows. */
export function rowKey({ log, index }: AuditRow): string {
  return `${log}/${index}`;
}

/** Rows that match, newest first, page by page; what is newer is announced, and does not push in by itself. */
export function useAudit(search: AuditSearch) {
  const read = useInfiniteQuery(
    queries.audit.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ ...search, limit: 100, ...(cursor ? { cursor } : {}) }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (last) => last.next ?? undefined,
      refetchOnWindowFocus: false,
    }),
  );
  const rows = useMemo(() => read.data?.pages.flatMap((page) => page.items) ?? [], [read.data]);
  const newest = useQuery(
    queries.audit.list.queryOptions({
      input: { ...search, limit: 1 },
      enabled: read.isSuccess,
      refetchInterval: LOOK_AGAIN_MS,
    }),
  );
  const first = newest.data?.items[0];
  // The watch may be the older of the two: only a row that is not shown at all is news.
  const hasNews = first !== undefined && !rows.some((row) => rowKey(row) === rowKey(first));
  return { read, rows, hasNews, count: read.data?.pages[0]?.count };
}
