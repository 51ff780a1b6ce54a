import type { Tx } from '../../../platform/db/index.ts';
import { hasUsers, insertAdministrator, lockUsers, type UserRow } from '../db/users.ts';
import { demandGoodPassword } from '../domain/password-rule.ts';
import type { IdentityDeps } from '../identity-deps.ts';

/** The first person of an installation. */
export type FirstAdministrator = { readonly email: string; readonly name: string; readonly password: string };

/**
 * Creates the first administrator and does `andThen` in the same transaction; undefined, with nothing done, when somebody
 * exists already.
 */
export async function createFirstAdministrator<T>(
  deps: IdentityDeps,
  { email, name, password }: FirstAdministrator,
  {
    address,
    andThen,
  }: { readonly address: string | undefined; readonly andThen: (tx: Tx, user: UserRow) => Promise<T> },
): Promise<T | undefined> {
  demandGoodPassword(password, { email, name });
  const passwordHash = await Bun.password.hash(password, 'argon2id');
  return deps.database.system('set-up', async (tx) => {
    await lockUsers(tx);
    if (await hasUsers(tx)) return undefined;
    const user = await insertAdministrator(tx, { email, name, passwordHash });
    await deps.audit.append(tx, {
      by: { kind: 'system', id: 'set-up', name: 'set-up', via: null },
      orgId: null,
      action: 'installation.set_up',
      target: { kind: 'user', id: user.id, name: user.email },
      after: { role: 'administrator' },
      address,
    });
    return andThen(tx, user);
  });
}
