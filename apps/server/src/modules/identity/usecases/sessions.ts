import { MusterError, type Session, type SessionId, type UserId } from '@muster/contracts';
import { requirePermission } from '../../../platform/actor.ts';
import type { Person } from '../../../platform/http/index.ts';
import { demandCover } from '../../access/index.ts';
import { endSession, endSessionsOf, listSessions } from '../db/sessions.ts';
import type { IdentityDeps } from '../identity-deps.ts';
import { refuseKeys } from './change-password.ts';

type Deps = Pick<IdentityDeps, 'database' | 'audit' | 'clock' | 'signedOut'>;

/** Where somebody is signed in, the newest first; `actor`'s own session is marked. */
export async function readSessions(deps: Deps, actor: Person, userId: UserId): Promise<Session[]> {
  const now = new Date(deps.clock.now());
  if (userId !== actor.userId) {
    const scope = requirePermission(actor, 'users:manage');
    await deps.database.transaction(scope, (tx) => demandCover(tx, actor, scope, userId));
  }
  const rows = await deps.database.system('sessions', (tx) => listSessions(tx, userId, now));
  return rows.map((row) => ({ ...row, current: row.id === actor.sessionId }));
}

type Ending = { readonly userId: UserId; readonly sessionId: SessionId };

/** Ends a session; open sockets of it are cut at once. */
export async function endOneSession(deps: Deps, actor: Person, { userId, sessionId }: Ending): Promise<void> {
  if (userId === actor.userId) refuseKeys(actor);
  const sessions = await readSessions(deps, actor, userId);
  const session = sessions.find(({ id }) => id === sessionId);
  if (!session) throw new MusterError('not_found', 'There is no such session.', { sessionId });
  await deps.database.system('sessions', async (tx) => {
    await endSession(tx, sessionId, new Date(deps.clock.now()));
    await deps.audit.append(tx, {
      by: actor,
      orgId: null,
      action: 'user.session_ended',
      target: { kind: 'session', id: sessionId, name: session.address },
      before: { user: userId, address: session.address, userAgent: session.userAgent },
    });
  });
  deps.signedOut(sessionId);
}

/** Ends all sessions of the person but the one that asks; returns how many. */
export async function endOtherSessions(deps: Deps, actor: Person): Promise<number> {
  refuseKeys(actor);
  const at = new Date(deps.clock.now());
  const ended = await deps.database.system('sessions', async (tx) => {
    const ids = await endSessionsOf(tx, actor.userId, at, actor.sessionId);
    await deps.audit.append(tx, {
      by: actor,
      orgId: null,
      action: 'user.session_ended',
      target: { kind: 'user', id: actor.userId, name: actor.name },
      before: { sessions: ids.length },
    });
    return ids;
  });
  for (const sessionId of ended) deps.signedOut(sessionId);
  return ended.length;
}
