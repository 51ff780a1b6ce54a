import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/client.ts';

/** Devices enter and leave by themselves while the page is open. */
const LOOK_AGAIN_MS = 5_000;
/** While members of a new query are being found. */
const SOON_MS = 700;

/** All groups that the person may see, read again while they change. */
export function useGroups() {
  return useQuery(
    queries.groups.list.queryOptions({
      refetchInterval: ({ state }) =>
        state.data?.items.every(({ settled }) => settled) === false ? SOON_MS : LOOK_AGAIN_MS,
    }),
  );
}
