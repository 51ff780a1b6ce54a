import { MusterError, type PasswordLink, type UserId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import type { Actor } from '../../../platform/actor.ts';
import type { Tx } from '../../../platform/db/index.ts';
import { removeSecret } from '../../../platform/vault/index.ts';
import type { Appending } from '../../access/index.ts';
import { endLinks } from '../db/password-links.ts';
import { endSessionsOf } from '../db/sessions.ts';
import { insertInvited, lockUsers, makeAdministrator, writeUser } from '../db/users.ts';
import { demandGoodPassword } from '../domain/password-rule.ts';
import { deleteAllFactors } from '../factors/db/factor-rows.ts';
import type { IdentityDeps } from '../identity-deps.ts';
import { unlinkDirectories } from '../providers/db/identity-rows.ts';
import { insertPasswordLink } from './make-password-link.ts';

export type AdminReset = {
  /** Undefined: the only administrator there is. */
  readonly email: string | undefined;
  /** Undefined: a link is made instead. */
  readonly password: string | undefined;
};
export type AdminResetDone = {
  readonly email: string;
  readonly isNew: boolean;
  readonly link: PasswordLink | undefined;
};

/**
 * For whoever holds the server's machine: makes the person an administrator who can sign in again, whatever happened to
 * password, second factors, account and grants. Sessions and API keys of that person end.
 */
export async function resetAdministrator(
  deps: Pick<IdentityDeps, 'database' | 'clock'> & Appending,
  { email, password }: AdminReset,
): Promise<AdminResetDone> {
  return deps.database.system('admin reset', async (tx) => {
    await lockUsers(tx);
    const found = await findCandidate(tx, email?.toLowerCase());
    const name = found.email.split('@')[0] ?? found.email;
    if (password !== undefined) demandGoodPassword(password, { email: found.email, name });
    const userId = found.id ?? (await insertInvited(tx, { email: found.email, name }));
    const at = new Date(deps.clock.now());
    await writeUser(tx, userId, { disabledAt: null });
    await makeAdministrator(tx, userId);
    // Their password is to count again, whatever directory is away.
    await unlinkDirectories(tx, userId);
    const { count: factors, secretId } = await deleteAllFactors(tx, userId);
    if (secretId) await removeSecret(tx, secretId);
    await endSessionsOf(tx, userId, at);
    await tx.execute(
      sql`update api_keys set revoked_at = now() where user_id = ${userId}::uuid and revoked_at is null`,
    );
    const done = { email: found.email, isNew: found.id === undefined };
    await deps.audit.append(tx, {
      by: { kind: 'system', id: 'admin reset', name: 'admin reset', via: null },
      orgId: null,
      action: 'user.administrator_reset',
      target: { kind: 'user', id: userId, name: found.email },
      after: { isNew: done.isNew, factorsRemoved: factors, by: password === undefined ? 'link' : 'password' },
    });
    if (password === undefined) return { ...done, link: await linkFor(tx, userId, deps.clock.now()) };
    await endLinks(tx, userId, at);
    await writeUser(tx, userId, { passwordHash: await Bun.password.hash(password, 'argon2id') });
    return { ...done, link: undefined };
  });
}

async function linkFor(tx: Tx, userId: UserId, now: number): Promise<PasswordLink> {
  const actor: Actor = { kind: 'system', part: 'admin reset', scope: { orgIds: [] } };
  return insertPasswordLink(tx, { userId, purpose: 'reset', actor, now });
}

async function findCandidate(tx: Tx, email: string | undefined): Promise<{ id?: UserId; email: string }> {
  const { rows } = await tx.execute<{ id: UserId; email: string }>(
    email
      ? sql`select id, email from users where email = ${email} and deleted_at is null`
      : sql`select distinct u.id, u.email from users u join grants g on g.user_id = u.id join roles r on r.id = g.role_id
          where u.deleted_at is null and r.built_in = 'admin' and g.org_id is null order by u.email`,
  );
  if (rows[0] && rows.length === 1) return rows[0];
  if (email) return { email };
  throw new MusterError(
    'invalid_input',
    rows.length === 0
      ? 'There is no administrator yet: say with --email who it shall be.'
      : `There are several administrators; say which, with --email: ${rows.map((row) => row.email).join(', ')}.`,
  );
}
