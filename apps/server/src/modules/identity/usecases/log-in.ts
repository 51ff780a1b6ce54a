import { MusterError, type UserId } from '@muster/contracts';
import { isKnownAddress } from '../db/sessions.ts';
import { findUserByEmail, type UserRow } from '../db/users.ts';
import type { IdentityDeps } from '../identity-deps.ts';
import type { StartedSession, Visitor } from '../sign-in-types.ts';

type Credentials = { readonly email: string; readonly password: string };

/** Signs a person in. An unknown address and a wrong password take the same work and read the same. */
export async function logIn(
  deps: IdentityDeps,
  visitor: Visitor,
  { email, password }: Credentials,
): Promise<StartedSession> {
  const account = `${visitor.address} ${email.toLowerCase()}`;
  const person = email.toLowerCase();
  const monotonic = () => deps.clock.monotonic();
  const refuse = (waitsMs: readonly number[]) => refuseTooMany(deps, waitsMs, { visitor, email });
  refuse([
    deps.throttles.account.waitMs(account, monotonic()),
    deps.throttles.address.waitMs(visitor.address, monotonic()),
  ]);
  const { user, isKnown } = await findAccount(deps, email, visitor.address);
  // A soft lock: whoever has signed in from here before is not kept out by strangers who guess.
  if (!isKnown) refuse([deps.throttles.person.waitMs(person, monotonic())]);
  const proven = await deps.provePassword({ login: email, password, user });
  if (typeof proven === 'string') {
    deps.throttles.person.failed(person, deps.clock.monotonic());
    deps.throttles.account.failed(account, deps.clock.monotonic());
    deps.throttles.address.failed(visitor.address, deps.clock.monotonic());
    tellFailure(deps, visitor, { email, user, code: 'unauthenticated' });
    throw proven === 'wrong'
      ? new MusterError('unauthenticated', 'E-mail or password is wrong.')
      : new MusterError(
          'unavailable',
          'E-mail or password is wrong, or the directory that knows them does not answer; try again in a moment.',
        );
  }
  deps.throttles.account.succeeded(account);
  return deps.signInAs(visitor, { user: proven.user, methods: [proven.method] });
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

function refuseTooMany(
  deps: IdentityDeps,
  waitsMs: readonly number[],
  { visitor, email }: { readonly visitor: Visitor; readonly email: string },
): void {
  const retryAfterMs = Math.max(...waitsMs);
  if (retryAfterMs === 0) return;
  tellFailure(deps, visitor, { email, code: 'rate_limited' });
  const minutes = Math.ceil(retryAfterMs / 60_000);
  throw new MusterError('rate_limited', `Too many failed attempts; try again in ${minutes} min.`, {
    retryAfterMs,
  });
}
