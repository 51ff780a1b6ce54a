import { MusterError } from '@muster/contracts';
import type { Person } from '../../../platform/http/index.ts';
import { endLinks } from '../db/password-links.ts';
import { endSessionsOf } from '../db/sessions.ts';
import { findUser, writeUser } from '../db/users.ts';
import { demandGoodPassword } from '../domain/password-rule.ts';
import type { IdentityDeps } from '../identity-deps.ts';

export type ChangePasswordInput = { readonly currentPassword: string; readonly newPassword: string };

/** Changes one's own password. Whoever else is signed in as this person is not any more. */
export async function changePassword(
  deps: IdentityDeps,
  actor: Person,
  input: ChangePasswordInput,
): Promise<void> {
  refuseKeys(actor);
  const account = `change ${actor.userId}`;
  const retryAfterMs = deps.throttles.account.waitMs(account, deps.clock.monotonic());
  if (retryAfterMs > 0)
    throw new MusterError('rate_limited', 'Too many failed attempts; try again later.', { retryAfterMs });
  const user = await deps.database.system('passwords', (tx) => findUser(tx, actor.userId));
  const hash = user?.passwordHash ?? (await deps.nobodysHash);
  if (!user || !(await Bun.password.verify(input.currentPassword, hash))) {
    deps.throttles.account.failed(account, deps.clock.monotonic());
    throw new MusterError('invalid_input', 'The present password is wrong.', { field: 'currentPassword' });
  }
  demandGoodPassword(input.newPassword, user);
  const passwordHash = await Bun.password.hash(input.newPassword, 'argon2id');
  const ended = await deps.database.system('passwords', async (tx) => {
    const at = new Date(deps.clock.now());
    await writeUser(tx, actor.userId, { passwordHash });
    await endLinks(tx, actor.userId, at);
    await deps.audit.append(tx, {
      by: actor,
      orgId: null,
      action: 'password.changed',
      target: { kind: 'user', id: user.id, name: user.email },
    });
    return endSessionsOf(tx, actor.userId, at, actor.sessionId);
  });
  for (const sessionId of ended) deps.signedOut(sessionId);
}

/** What outlives a key or an access token, or could be more than it, is done by a person who signed in. */
export function refuseKeys(actor: Person): void {
  if (actor.key) {
    throw new MusterError('forbidden', 'An API key cannot do this; sign in as a person.', {
      keyId: actor.key.id,
    });
  }
  if (actor.byAccessToken) {
    throw new MusterError('forbidden', 'An access token cannot do this; use the session it came from.');
  }
}
