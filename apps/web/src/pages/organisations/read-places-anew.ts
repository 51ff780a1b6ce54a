import { queries } from '../../api/client.ts';
import { queryClient } from '../../api/query-client.ts';

/** Reads organisations and sites again. */
export async function readPlacesAnew(): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: queries.organisations.key() }),
    queryClient.invalidateQueries({ queryKey: queries.system.sites.key() }),
  ]);
}
