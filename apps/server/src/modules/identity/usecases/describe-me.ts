import { type Me, MusterError } from '@muster/contracts';
import type { Person } from '../../../platform/http/index.ts';
import { findUser } from '../db/users.ts';
import type { IdentityDeps } from '../identity-deps.ts';

/** Who the actor is, and what they may do at this moment. */
export async function describeMe({ database }: IdentityDeps, actor: Person): Promise<Me> {
  const user = await database.installation((tx) => findUser(tx, actor.userId));
  if (!user) throw new MusterError('not_found', 'You do not exist any more.');
  return {
    id: actor.userId,
    email: user.email,
    name: user.name,
    permissions: [...actor.permissions],
    mustSetUpFactor: actor.mustSetUpFactor ?? false,
  };
}
