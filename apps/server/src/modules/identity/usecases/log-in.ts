import { MusterError } from '@muster/contracts';
import { findUserByEmail, type UserRow } from '../db/users.ts';
import type { IdentityDeps, Visitor } from '../identity-deps.ts';
import { type StartedSession, startSession } from './start-session.ts';

type Credentials = { readonly email: string; readonly password: string };

/** Signs a person in. An unknown address and a wrong password take the same work and read the same. */
export async function logIn(
  deps: IdentityDeps,
  visitor: Visitor,
  { email, password }: Credentials,
): Promise<StartedSession> {
  const account = `${visitor.address} ${email.toLowerCase()}`;
  refuseTooMany(deps, account, { visitor, email });
  const user = await deps.database.system('sign-in', (tx) => findUserByEmail(tx, email));
  const isRight = await Bun.password.verify(password, user?.passwordHash ?? (await deps.nobodysHash));
  if (!user || !isRight) {
    deps.throttles.account.failed(account, deps.clock.monotonic());
    deps.throttles.address.failed(visitor.address, deps.clock.monotonic());
    tellFailure(deps, visitor, { email, user, code: 'unauthenticated' });
    throw new MusterError('unauthenticated', 'E-mail or password is wrong.');
  }
  deps.throttles.account.succeeded(account);
  const at = new Date(deps.clock.now());
  return deps.database.system('sign-in', async (tx) => {
    const session = await startSession(tx, user, { ...visitor, at });
    const { id, name } = user;
    await deps.audit.append(tx, {
      by: { kind: 'person', id, name, via: { kind: 'session', id: session.sessionId } },
      orgId: null,
      action: 'user.login',
      target: { kind: 'user', id, name: user.email },
      address: visitor.address,
    });
    return session;
  });
}

type Failure = {
  readonly email: string;
  readonly user?: UserRow | undefined;
  readonly code: 'unauthenticated' | 'rate_limited';
};

/** The log may say whom it concerned; the answer never does. */
function tellFailure({ audit }: IdentityDeps, { address }: Visitor, { email, user, code }: Failure): void {
  const name = email.toLowerCase();
  audit.denied({
    by: { kind: 'anonymous', id: null, name, via: null },
    orgId: null,
    action: 'user.login_failed',
    target: { kind: 'user', id: user?.id ?? null, name },
    address,
    code,
  });
}

function refuseTooMany(
  deps: IdentityDeps,
  account: string,
  { visitor, email }: { readonly visitor: Visitor; readonly email: string },
): void {
  const { throttles, clock } = deps;
  const { address } = visitor;
  const now = clock.monotonic();
  const retryAfterMs = Math.max(
    throttles.account.waitMs(account, now),
    throttles.address.waitMs(address, now),
  );
  if (retryAfterMs === 0) return;
  tellFailure(deps, visitor, { email, code: 'rate_limited' });
  const minutes = Math.ceil(retryAfterMs / 60_000);
  throw new MusterError('rate_limited', `Too many failed attempts; try again in ${minutes} min.`, {
    retryAfterMs,
  });
}
