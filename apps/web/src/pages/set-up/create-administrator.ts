import type { Me } from '@muster/contracts';
import { toFailure } from '../../api/problem.ts';
import { queryClient } from '../../api/query-client.ts';
import { meQuery } from '../../api/session.ts';

/** The answer of POST /api/v1/setup that the console uses. */
export type SetUpAnswer = { readonly user: Me; readonly rootKey: string | null };

type Input = {
  readonly token: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
};

/** Set-up lives outside the API's contract: its route is gone once it was used. */
export async function createAdministrator(input: Input): Promise<SetUpAnswer> {
  const answer = await fetch('/api/v1/setup', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...input, token: input.token.trim() }),
  });
  const body: unknown = await answer.json();
  if (answer.status === 404) throw new Error('This server has been set up already. Sign in instead.');
  if (!answer.ok) throw new Error(toFailure({ data: body }).text);
  const done = body as SetUpAnswer;
  queryClient.setQueryData(meQuery().queryKey, done.user);
  return done;
}
