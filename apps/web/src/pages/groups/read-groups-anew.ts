import { queries } from '../../api/client.ts';
import { queryClient } from '../../api/query-client.ts';

/** Reads groups, their devices and what tags these get from them again. */
export async function readGroupsAnew(): Promise<void> {
  await Promise.all(
    [queries.groups.key(), queries.tags.key()].map((queryKey) => queryClient.invalidateQueries({ queryKey })),
  );
}
