import { BUILT_IN_ROLES, type GrantId, MusterError, type UserId } from '@muster/contracts';
import { type SQL, sql } from 'drizzle-orm';
import type { Tx } from '../../../platform/db/index.ts';

/** Makes two removals at one moment wait for each other, so that each does not count on the other's administrator. */
async function lockAdministrators(tx: Tx): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('muster.administrators'))`);
}

/**
 * Throws conflict when without this person, or without this grant, nobody were left who may do everything everywhere
 * and can sign in. Holds the lock until the transaction ends.
 */
export async function keepAnAdministrator(
  tx: Tx,
  without: { readonly userId: UserId } | { readonly grantId: GrantId },
): Promise<void> {
  await lockAdministrators(tx);
  const affected =
    'userId' in without ? sql`g.user_id = ${without.userId}::uuid` : sql`g.id = ${without.grantId}::uuid`;
  if (!(await exists(tx, affected)) || (await exists(tx, sql`not (${affected})`))) return;
  throw new MusterError(
    'conflict',
    'This is the last administrator who can sign in; make another one first, or nobody could manage this installation.',
  );
}

async function exists(tx: Tx, which: SQL): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    select from grants g join users u on u.id = g.user_id
    where g.role_id = ${BUILT_IN_ROLES.admin.id}::uuid and g.org_id is null and u.deleted_at is null
      and u.disabled_at is null and u.password_hash is not null and ${which}
      -- Whoever is linked to a directory signs in by it alone: it may be away.
      and not exists (select from provider_identities i join sign_in_providers p on p.id = i.provider_id
        where i.user_id = u.id and p.kind = 'ldap' and p.enabled) limit 1`);
  return Boolean(rowCount);
}
