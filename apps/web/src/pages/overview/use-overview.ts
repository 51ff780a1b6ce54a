import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { queries } from '../../api/client.ts';
import { useLiveView } from '../../live/live.ts';

/** What the live view does not tell, such as disks that fill up, is looked at this often. */
const LOOK_AGAIN_MS = 30_000;
/** However much happens, the fleet is counted no more often than this. */
const AT_MOST_EACH_MS = 5_000;

/** Counts of the fleet; counted again soon after a state has changed. */
export function useOverview(query: string) {
  const read = useQuery(
    queries.devices.overview.queryOptions({
      input: { query },
      placeholderData: keepPreviousData,
      refetchInterval: LOOK_AGAIN_MS,
    }),
  );
  const waiting = useRef<number>(undefined);
  const known = useRef('');
  useEffect(() => () => window.clearTimeout(waiting.current), []);
  useLiveView({ view: 'summary', query }, (message) => {
    if (message.type !== 'summary') return;
    const told = JSON.stringify([query, message.total, message.presence]);
    const isNews = known.current !== '' && known.current !== told;
    known.current = told;
    if (!isNews || waiting.current !== undefined) return;
    waiting.current = window.setTimeout(
      () => {
        waiting.current = undefined;
        void read.refetch();
      },
      Math.max(0, read.dataUpdatedAt + AT_MOST_EACH_MS - Date.now()),
    );
  });
  return read;
}
