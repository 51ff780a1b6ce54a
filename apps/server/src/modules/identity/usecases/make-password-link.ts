import { MusterError, type PasswordLink, type UserId } from '@muster/contracts';
import { type Actor, requirePermission } from '../../../platform/actor.ts';
import type { Tx } from '../../../platform/db/index.ts';
import { allGrants, demandCover, logOfPerson } from '../../access/index.ts';
import { insertLink, type LinkPurpose } from '../db/password-links.ts';
import { findUser } from '../db/users.ts';
import type { IdentityDeps } from '../identity-deps.ts';
import { directoriesOf } from '../providers/db/identity-rows.ts';
import { hashSecret, newSecret } from '../session-token.ts';

const HOUR_MS = 3_600_000;
const LIFETIME_MS = { invitation: 7 * 24 * HOUR_MS, reset: 24 * HOUR_MS } as const;
const PAGES = { invitation: '/invitation', reset: '/reset-password' } as const;

/**
 * A new link for somebody's password: whoever holds it could sign in as that person, so the actor needs all that the
 * person has.
 */
export async function makePasswordLink(
  deps: Pick<IdentityDeps, 'database' | 'audit' | 'clock'>,
  actor: Actor,
  { userId }: { readonly userId: UserId },
): Promise<PasswordLink> {
  const scope = requirePermission(actor, 'users:manage');
  return deps.database.transaction(scope, async (tx) => {
    await demandCover(tx, actor, scope, userId);
    const user = await findUser(tx, userId);
    if (!user) throw new MusterError('not_found', 'There is no such person.', { userId });
    if (user.disabledAt)
      throw new MusterError('conflict', `${user.name} is disabled; enable them first.`, { userId });
    if ((await directoriesOf(tx, userId)).length > 0)
      throw new MusterError(
        'conflict',
        `${user.name} signs in by a directory; the password is changed there, or the provider is switched off first.`,
        { userId },
      );
    const purpose = user.passwordHash === null ? 'invitation' : 'reset';
    const link = await insertPasswordLink(tx, { userId, purpose, actor, now: deps.clock.now() });
    await deps.audit.append(tx, {
      by: actor,
      orgId: logOfPerson(scope, await allGrants(tx, userId)),
      action: 'user.password_reset',
      target: { kind: 'user', id: userId, name: user.email },
      after: { purpose, expiresAt: link.expiresAt },
    });
    return link;
  });
}

/** Keeps a link in a transaction that is open; its token is in the answer and nowhere else. */
export async function insertPasswordLink(
  tx: Tx,
  link: {
    readonly userId: UserId;
    readonly purpose: LinkPurpose;
    readonly actor: Actor;
    readonly now: number;
  },
): Promise<PasswordLink> {
  const { userId, purpose, actor, now } = link;
  const token = newSecret('link');
  const expiresAt = new Date(now + LIFETIME_MS[purpose]);
  const createdBy = actor.kind === 'person' ? actor.userId : null;
  const at = new Date(now);
  await insertLink(tx, { userId, purpose, tokenHash: hashSecret(token), createdBy, at, expiresAt });
  return { token, path: `${PAGES[purpose]}#token=${token}`, expiresAt: expiresAt.toISOString() };
}
