import { queries } from '../../api/client.ts';
import { queryClient } from '../../api/query-client.ts';
import { meQuery } from '../../api/session.ts';

/** Reads people again, with what they may do; it may be oneself who changed. */
export async function readPeopleAnew(): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: queries.users.key() }),
    queryClient.invalidateQueries({ queryKey: queries.access.key() }),
    queryClient.invalidateQueries({ queryKey: queries.sessions.ofPerson.key() }),
    queryClient.invalidateQueries({ queryKey: meQuery().queryKey }),
  ]);
}
