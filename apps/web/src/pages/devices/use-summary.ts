import type { LiveMessage } from '@muster/contracts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queries } from '../../api/client.ts';
import { useLiveView } from '../../live/live.ts';

type Told = Extract<LiveMessage, { type: 'summary' }>;

/** Counts of a query: read once, then as the server tells them. */
export function useSummary(query: string) {
  const [told, setTold] = useState<{ query: string; summary: Told }>();
  const read = useQuery(
    queries.devices.summary.queryOptions({
      input: { query },
      placeholderData: keepPreviousData,
      retry: false,
    }),
  );
  useLiveView(read.isError ? null : { view: 'summary', query }, (message) => {
    if (message.type !== 'summary') return;
    setTold({ query, summary: message });
    if (message.moved > 0) void read.refetch();
  });
  const live = told?.query === query ? told.summary : undefined;
  return {
    total: live?.total ?? read.data?.total,
    presence: (live?.presence ?? read.data?.presence ?? {}) as Partial<Record<string, number>>,
    lifecycle: (read.data?.lifecycle ?? {}) as Partial<Record<string, number>>,
  };
}

/** How many match now, and how many came or left since the list was read; `reset` when it is read anew. */
export function useMoved(query: string) {
  const [moved, setMoved] = useState({ query, count: 0 });
  const [total, setTotal] = useState<{ query: string; value: number }>();
  useLiveView({ view: 'summary', query }, (message) => {
    if (message.type !== 'summary') return;
    setTotal({ query, value: message.total });
    if (message.moved === 0) return;
    setMoved((before) => ({ query, count: (before.query === query ? before.count : 0) + message.moved }));
  });
  return {
    total: total?.query === query ? total.value : undefined,
    moved: moved.query === query ? moved.count : 0,
    reset: () => setMoved({ query, count: 0 }),
  };
}
