import type { Tx } from '../../../platform/db/index.ts';
import { hasUsers, insertAdministrator, lockUsers, type UserRow } from '../db/users.ts';
import { demandGoodPassword } from '../domain/password-rule.ts';
import type { IdentityDeps } from '../identity-deps.ts';

/** The first person of an installation. */
export type FirstAdministrator = { readonly email: string; readonly name: string; readonly password: string };

/**
 * Creates the first administrator and does `then` in the same transaction; undefined, with nothing done, when somebody
 * exists already.
 */
export async function createFirstAdministrator<T>(
  deps: IdentityDeps,
  { email, name, password }: FirstAdministrator,
  then: (tx: Tx, user: UserRow) => Promise<T>,
): Promise<T | undefined> {
  demandGoodPassword(password, { email, name });
  const passwordHash = await Bun.password.hash(password, 'argon2id');
  return deps.database.system('set-up', async (tx) => {
    await lockUsers(tx);
    if (await hasUsers(tx)) return undefined;
    return then(tx, await insertAdministrator(tx, { email, name, passwordHash }));
  });
}
