import type { SessionId } from '@muster/contracts';
import type { Person } from '../../../platform/http/index.ts';
import { extendSession, findSession, findSessionsById, type SessionRow } from '../db/sessions.ts';
import { permissionsOf } from '../domain/roles.ts';
import { isTouchDue, sessionEnd } from '../domain/session-lifetime.ts';
import type { IdentityDeps } from '../identity-deps.ts';
import { hashSecret } from '../session-token.ts';

/** The person behind a session token, with the rights of this moment; undefined when it has ended or never was. */
export async function authenticate(
  deps: IdentityDeps,
  token: string,
  address: string,
): Promise<Person | undefined> {
  const now = new Date(deps.clock.now());
  return deps.database.system('sessions', async (tx) => {
    const session = await findSession(tx, hashSecret(token), now);
    if (!session) return undefined;
    if (isTouchDue(session.seenAt, now)) {
      await extendSession(tx, session.id, now, sessionEnd(session.createdAt, now));
    }
    return toPerson(session, address);
  });
}

/** The people behind sessions that are still open somewhere, with the rights of this moment; ended ones are left out. */
export async function findCurrentPeople(
  deps: IdentityDeps,
  sessionIds: readonly SessionId[],
): Promise<ReadonlyMap<SessionId, Person>> {
  const now = new Date(deps.clock.now());
  const rows = await deps.database.system('sessions', (tx) => findSessionsById(tx, sessionIds, now));
  return new Map(rows.map((session) => [session.id, toPerson(session, '')]));
}

function toPerson(session: SessionRow, address: string): Person {
  return {
    kind: 'person',
    userId: session.userId,
    sessionId: session.id,
    name: session.name,
    address,
    permissions: permissionsOf(session.roles),
    scope: { orgIds: session.orgIds },
  };
}
