import { queries } from '../../api/client.ts';
import { queryClient } from '../../api/query-client.ts';

/** Reads groups and their devices again. */
export async function readGroupsAnew(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: queries.groups.key() });
}
