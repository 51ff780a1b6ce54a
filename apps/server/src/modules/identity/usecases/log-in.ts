import { MusterError, type UserId } from '@muster/contracts';
import { isKnownAddress } from '../db/sessions.ts';
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
  const person = email.toLowerCase();
  refuseTooMany([
    deps.throttles.account.waitMs(account, deps.clock.monotonic()),
    deps.throttles.address.waitMs(visitor.address, deps.clock.monotonic()),
  ]);
  const { user, isKnown } = await findAccount(deps, email, visitor.address);
  // A soft lock: whoever has signed in from here before is not kept out by strangers who guess.
  if (!isKnown) refuseTooMany([deps.throttles.person.waitMs(person, deps.clock.monotonic())]);
  const isRight = await Bun.password.verify(password, user?.passwordHash ?? (await deps.nobodysHash));
  if (!user?.passwordHash || !isRight) {
    deps.throttles.person.failed(person, deps.clock.monotonic());
    deps.throttles.account.failed(account, deps.clock.monotonic());
    deps.throttles.address.failed(visitor.address, deps.clock.monotonic());
    throw new MusterError('unauthenticated', 'E-mail or password is wrong.');
  }
  deps.throttles.account.succeeded(account);
  const at = new Date(deps.clock.now());
  return deps.database.system('sign-in', (tx) => startSession(tx, user, { ...visitor, at }));
}

async function findAccount(
  { database }: IdentityDeps,
  email: string,
  address: string,
): Promise<{ user: UserRow | undefined; isKnown: boolean }> {
  return database.system('sign-in', async (tx) => {
    const user = await findUserByEmail(tx, email);
    return { user, isKnown: user !== undefined && (await isKnownAddress(tx, user.id as UserId, address)) };
  });
}

function refuseTooMany(waitsMs: readonly number[]): void {
  const retryAfterMs = Math.max(...waitsMs);
  if (retryAfterMs === 0) return;
  const minutes = Math.ceil(retryAfterMs / 60_000);
  throw new MusterError('rate_limited', `Too many failed attempts; try again in ${minutes} min.`, {
    retryAfterMs,
  });
}
