import { queries } from '../../api/client.ts';
import { queryClient } from '../../api/query-client.ts';
import { meQuery } from '../../api/session.ts';

/** Reads my factors again, and what I may do: a first factor opens the rest of the console. */
export async function readFactorsAnew(): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: queries.factors.key() }),
    queryClient.invalidateQueries({ queryKey: meQuery().queryKey }),
  ]);
}

/** Reads again where I am signed in. */
export function readSessionsAnew(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: queries.sessions.key() });
}
