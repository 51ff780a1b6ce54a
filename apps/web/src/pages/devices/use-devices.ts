import type { DeviceRow, DeviceSort, LiveMessage } from '@muster/contracts';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { queries } from '../../api/client.ts';
import { MAX_WATCHED_DEVICES } from '../../api/contract.gen.ts';
import { useLiveView } from '../../live/live.ts';

const PAGE_ROWS = 200;
const NOTHING: ReadonlyMap<string, DeviceRow> = new Map();

/** The devices that match, page by page, each row as it is now. The order is that of the moment it was asked for. */
export function useDevices(query: string, sort: DeviceSort) {
  const pages = useInfiniteQuery(
    queries.devices.list.infiniteOptions({
      input: (cursor: string | undefined) => ({
        query,
        sort,
        limit: PAGE_ROWS,
        ...(cursor ? { cursor } : {}),
      }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (last) => last.next ?? undefined,
      placeholderData: keepPreviousData,
      // Rows change in place by the live view; the order only when somebody asks.
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 30_000,
      refetchOnMount: 'always',
      refetchOnWindowFocus: false,
    }),
  );
  const loaded = useMemo(
    () => (pages.data?.pages.flatMap((page) => page.items) ?? []) as DeviceRow[],
    [pages.data],
  );
  const { rows, watch } = useLiveRows(loaded);
  const count = pages.data?.pages[0]?.count;
  return { pages, rows, count, watch };
}

/** Rows with what the live view has told of them since. */
function useLiveRows(loaded: readonly DeviceRow[]) {
  const [seen, setSeen] = useState<readonly DeviceRow['id'][]>([]);
  const [changed, setChanged] = useState(NOTHING);
  const base = useMemo(() => new Map(loaded.map((row) => [row.id as string, row])), [loaded]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows that were just read are newer than anything told before.
  useEffect(() => setChanged(NOTHING), [loaded]);
  useLiveView(seen.length === 0 ? null : { view: 'devices', ids: [...seen] }, (message: LiveMessage) => {
    if (message.type !== 'devices') return;
    setChanged((before) => {
      const after = new Map(before);
      for (const delta of message.rows) {
        const row = after.get(delta.id) ?? base.get(delta.id);
        if (row) after.set(delta.id, { ...row, ...delta } as DeviceRow);
      }
      return after;
    });
  });
  const rows = useMemo(() => loaded.map((row) => changed.get(row.id) ?? row), [loaded, changed]);
  const watch = useCallback(
    (ids: readonly string[]) => setSeen(ids.slice(0, MAX_WATCHED_DEVICES) as DeviceRow['id'][]),
    [],
  );
  return { rows, watch };
}
