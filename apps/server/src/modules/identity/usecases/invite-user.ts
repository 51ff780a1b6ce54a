import { MusterError, type NewGrant, type PasswordLink, type User } from '@muster/contracts';
import { type Actor, requirePermission } from '../../../platform/actor.ts';
import { giveRole, logOfPerson } from '../../access/index.ts';
import { insertInvited, isTakenEmail, lockUsers } from '../db/users.ts';
import type { IdentityDeps } from '../identity-deps.ts';
import { insertPasswordLink } from './make-password-link.ts';
import { readUser } from './read-user.ts';

export type InviteInput = {
  readonly email: string;
  readonly name: string;
  readonly grants: readonly NewGrant[];
};

/** Adds a person who chooses a password by a single-use link. They get no role that the actor could not give. */
export async function inviteUser(
  deps: Pick<IdentityDeps, 'database' | 'audit' | 'clock'>,
  actor: Actor,
  input: InviteInput,
): Promise<{ user: User; link: PasswordLink }> {
  const scope = requirePermission(actor, 'users:manage');
  if (input.grants.length === 0 && !scope.everywhere) {
    throw new MusterError('invalid_input', 'Say what they are invited to: at least one grant.', {
      field: 'grants',
    });
  }
  return deps.database.transaction(scope, async (tx) => {
    await lockUsers(tx);
    if (await isTakenEmail(tx, input.email))
      throw new MusterError('conflict', `Somebody has the address ${input.email} already.`, {
        field: 'email',
      });
    const userId = await insertInvited(tx, input);
    for (const grant of input.grants) await giveRole(deps, tx, actor, { ...grant, userId });
    const link = await insertPasswordLink(tx, {
      userId,
      purpose: 'invitation',
      actor,
      now: deps.clock.now(),
    });
    const user = await readUser(tx, scope, userId);
    await deps.audit.append(tx, {
      by: actor,
      orgId: logOfPerson(scope, user.grants),
      action: 'user.invited',
      target: { kind: 'user', id: userId, name: user.email },
      after: { email: user.email, name: user.name, expiresAt: link.expiresAt },
    });
    return { user, link };
  });
}
