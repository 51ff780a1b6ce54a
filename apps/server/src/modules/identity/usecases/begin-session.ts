import type { AuditPort } from '../../../platform/bus/audit-port.ts';
import type { EventPort } from '../../../platform/bus/event-port.ts';
import type { Clock } from '../../../platform/clock/index.ts';
import type { Tx } from '../../../platform/db/index.ts';
import type { UserRow } from '../db/users.ts';
import type { StartedSession, Visitor } from '../sign-in-types.ts';
import { announceUser } from './announce-user.ts';
import { startSession } from './start-session.ts';

type Deps = { readonly audit: AuditPort; readonly events: EventPort; readonly clock: Clock };

/** Begins a session in the transaction that established who it is; the log and the event bus are told. */
export async function beginSession(
  deps: Deps,
  tx: Tx,
  {
    visitor,
    user,
    methods,
  }: { readonly visitor: Visitor; readonly user: UserRow; readonly methods: readonly string[] },
): Promise<StartedSession> {
  const session = await startSession(tx, user, { ...visitor, methods, at: new Date(deps.clock.now()) });
  const { id, name } = user;
  await deps.audit.append(tx, {
    by: { kind: 'person', id, name, via: { kind: 'session', id: session.sessionId } },
    orgId: null,
    action: 'user.login',
    target: { kind: 'user', id, name: user.email },
    after: { methods },
    address: visitor.address,
  });
  const payload = { email: user.email, methods: [...methods], address: visitor.address };
  await announceUser(deps, tx, { userId: session.user.id, type: 'user.login', payload });
  return session;
}
