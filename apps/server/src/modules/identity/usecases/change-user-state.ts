import { MusterError, type SessionId, type User, type UserId } from '@muster/contracts';
import { type Actor, requirePermission, type Scope } from '../../../platform/actor.ts';
import type { Tx } from '../../../platform/db/index.ts';
import {
  deleteGrantsOf,
  demandCover,
  keepAnAdministrator,
  logOfPerson,
  tellOfGrant,
} from '../../access/index.ts';
import { endLinks } from '../db/password-links.ts';
import { endSessionsOf } from '../db/sessions.ts';
import { writeUser } from '../db/users.ts';
import type { IdentityDeps } from '../identity-deps.ts';
import { readUser } from './read-user.ts';

type Deps = Pick<IdentityDeps, 'database' | 'audit' | 'clock' | 'signedOut'>;
type Wanted = { readonly userId: UserId };
type StateChange = { readonly actor: Actor; readonly scope: Scope; readonly userId: UserId };

/** Keeps a person out: sessions, links and keys end with the same commit. The last administrator stays. */
export async function disableUser(deps: Deps, actor: Actor, { userId }: Wanted): Promise<User> {
  const scope = requirePermission(actor, 'users:manage');
  const { user, ended } = await deps.database.transaction(scope, async (tx) => {
    await demandCover(tx, actor, scope, userId);
    const at = await keepOut(deps, tx, userId);
    await writeUser(tx, userId, { disabledAt: at });
    const ended = await endSessionsOf(tx, userId, at);
    return { ended, user: await tellOfState(deps, tx, { actor, scope, userId }, 'user.disabled') };
  });
  tell(deps, ended);
  return user;
}

/** Lets a disabled person back in. */
export async function enableUser(deps: Deps, actor: Actor, { userId }: Wanted): Promise<User> {
  const scope = requirePermission(actor, 'users:manage');
  return deps.database.transaction(scope, async (tx) => {
    await demandCover(tx, actor, scope, userId);
    await writeUser(tx, userId, { disabledAt: null });
    return tellOfState(deps, tx, { actor, scope, userId }, 'user.enabled');
  });
}

/** Removes a person: what they did keeps their id, their address becomes free. */
export async function removeUser(deps: Deps, actor: Actor, { userId }: Wanted): Promise<void> {
  const scope = requirePermission(actor, 'users:manage');
  const ended = await deps.database.transaction(scope, (tx) => removeIn(deps, tx, { actor, scope, userId }));
  tell(deps, ended);
}

async function removeIn(deps: Deps, tx: Tx, change: StateChange): Promise<SessionId[]> {
  const { actor, scope, userId } = change;
  if (actor.kind === 'person' && actor.userId === userId)
    throw new MusterError('conflict', 'Nobody removes themselves; ask another administrator.', { userId });
  await demandCover(tx, actor, scope, userId);
  const at = await keepOut(deps, tx, userId);
  const { grants } = await tellOfState(deps, tx, change, 'user.removed');
  for (const grant of grants) await tellOfGrant(deps, tx, { by: actor, scope, userId, grant, given: false });
  await writeUser(tx, userId, { deletedAt: at });
  await deleteGrantsOf(tx, userId);
  return endSessionsOf(tx, userId, at);
}

/** Appends what happens to a person, who is told as they are at this point of the transaction. */
async function tellOfState(
  { audit }: Deps,
  tx: Tx,
  { actor, scope, userId }: StateChange,
  action: 'user.disabled' | 'user.enabled' | 'user.removed',
): Promise<User> {
  const user = await readUser(tx, scope, userId);
  const target = { kind: 'user', id: userId, name: user.email };
  await audit.append(tx, { by: actor, orgId: logOfPerson(scope, user.grants), action, target });
  return user;
}

async function keepOut({ clock }: Deps, tx: Tx, userId: UserId): Promise<Date> {
  await keepAnAdministrator(tx, { userId });
  const at = new Date(clock.now());
  await endLinks(tx, userId, at);
  return at;
}

function tell({ signedOut }: Deps, ended: readonly SessionId[]): void {
  for (const sessionId of ended) signedOut(sessionId);
}
