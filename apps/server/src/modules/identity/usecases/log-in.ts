import { MusterError } from '@muster/contracts';
import { findUserByEmail } from '../db/users.ts';
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
  refuseTooMany(deps, account, visitor.address);
  const user = await deps.database.system('sign-in', (tx) => findUserByEmail(tx, email));
  const isRight = await Bun.password.verify(password, user?.passwordHash ?? (await deps.nobodysHash));
  if (!user || !isRight) {
    deps.throttles.account.failed(account, deps.clock.monotonic());
    deps.throttles.address.failed(visitor.address, deps.clock.monotonic());
    throw new MusterError('unauthenticated', 'E-mail or password is wrong.');
  }
  deps.throttles.account.succeeded(account);
  const at = new Date(deps.clock.now());
  return deps.database.system('sign-in', (tx) => startSession(tx, user, { ...visitor, at }));
}

function refuseTooMany({ throttles, clock }: IdentityDeps, account: string, address: string): void {
  const now = clock.monotonic();
  const retryAfterMs = Math.max(
    throttles.account.waitMs(account, now),
    throttles.address.waitMs(address, now),
  );
  if (retryAfterMs === 0) return;
  const minutes = Math.ceil(retryAfterMs / 60_000);
  throw new MusterError('rate_limited', `Too many failed attempts; try again in ${minutes} min.`, {
    retryAfterMs,
  });
}
