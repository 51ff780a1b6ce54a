import type { Person } from '../../../platform/http/index.ts';
import { extendSession, findSession } from '../db/sessions.ts';
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
    return {
      kind: 'person',
      userId: session.userId,
      sessionId: session.id,
      name: session.name,
      address,
      permissions: permissionsOf(session.roles),
      scope: { orgIds: session.orgIds },
    };
  });
}
