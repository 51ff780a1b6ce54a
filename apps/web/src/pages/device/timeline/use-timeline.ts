import type { Device, DeviceId, TimelineEntry } from '@muster/contracts';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { api, queries } from '../../../api/client.ts';
import { queryClient } from '../../../api/query-client.ts';
import { live } from '../../../live/live.ts';
import { askedSince, LATE_MS, takeIn } from './take-in.ts';
import { askedOf, type TimelineSearch } from './timeline-search.ts';

const PAGE_ROWS = 100;
const LOOK_AGAIN_MS = 5_000;
/** An event is on the timeline a second after it happened. */
const AFTER_EVENT_MS = 1_200;

type Wanted = ReturnType<typeof askedOf> & { readonly deviceId: DeviceId };

const pagesOf = (wanted: Wanted) =>
  queries.timeline.ofDevice.infiniteOptions({
    input: (cursor: string | undefined) => ({
      ...wanted,
      limit: PAGE_ROWS,
      ...(cursor ? { cursor } : {}),
    }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    refetchOnWindowFocus: false,
  });

/** The timeline of a device, page by page; what happens meanwhile is taken in. */
export function useTimeline(device: Device, search: TimelineSearch) {
  const wanted = useMemo(() => ({ deviceId: device.id, ...askedOf(search) }), [device.id, search]);
  const read = useInfiniteQuery(pagesOf(wanted));
  const entries = useMemo(() => read.data?.pages.flatMap((page) => page.items) ?? [], [read.data]);
  const news = useQuery({
    queryKey: ['timeline-news', wanted],
    queryFn: () => lookForNews(wanted, read.dataUpdatedAt),
    enabled: read.isSuccess,
    refetchInterval: LOOK_AGAIN_MS,
    retry: false,
  });
  const { refetch } = news;
  // The page keeps the device as it is now: when that moves, there is something to tell.
  const { presenceSince, lifecycle, updatedAt } = device;
  const moved = `${presenceSince} ${lifecycle} ${updatedAt}`;
  useEffect(() => {
    if (moved === '') return;
    const timer = window.setTimeout(() => void refetch(), AFTER_EVENT_MS);
    return () => window.clearTimeout(timer);
  }, [moved, refetch]);
  return { read, entries, last: read.data?.pages.at(-1) };
}

/** Reads what came since the last look and puts it in front; returns when it looked, by the server's clock. */
async function lookForNews(wanted: Wanted, readAt: number): Promise<number> {
  const now = live.serverNow();
  const { queryKey } = pagesOf(wanted);
  const before = queryClient.getQueryData(queryKey);
  const { since: from = '', until } = wanted;
  if (!before || (until !== undefined && Date.parse(until) < now - LATE_MS)) return now;
  const lookedAt = queryClient.getQueryData<number>(['timeline-news', wanted]) ?? readAt + (now - Date.now());
  const shown = before.pages.flatMap((page) => page.items);
  const newest = askedSince(shown, lookedAt);
  const since = newest > from ? newest : from;
  const page = await api.timeline.ofDevice({ ...wanted, since, limit: PAGE_ROWS });
  if (page.next !== null) {
    // More happened than one page holds: what is between it and what was shown is read with the rest.
    await queryClient.invalidateQueries({ queryKey });
    return now;
  }
  queryClient.setQueryData(queryKey, (old) => {
    const [first, ...rest] = old?.pages ?? [];
    if (!old || !first) return old;
    const items = takeIn(first.items, withoutShown(page.items, rest));
    return { ...old, pages: [{ ...first, items: [...items] }, ...rest] };
  });
  return now;
}

/** What was read again and stands on an older page stays there. */
function withoutShown(
  news: readonly TimelineEntry[],
  older: readonly { items: readonly TimelineEntry[] }[],
): TimelineEntry[] {
  const shown = new Set(older.flatMap(({ items }) => items.map(({ id }) => id)));
  return news.filter(({ id }) => !shown.has(id));
}
