import { MusterError, type UserId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import type { Actor, Scope } from '../../../platform/actor.ts';
import type { Tx } from '../../../platform/db/index.ts';
import { allGrants, isVisible } from '../db/grants.ts';
import { demandAsMuch, holdsAt } from '../domain/places.ts';
import { permissionsOfRole } from '../domain/rights.ts';

/**
 * Throws not_found for a person whom nobody in this scope can see: one is seen by a grant in an organisation that the
 * scope covers as a whole, and by everybody whose right holds everywhere.
 */
export async function demandVisible(tx: Tx, scope: Scope, userId: UserId): Promise<void> {
  const { rowCount } = await tx.execute(sql`
    select from users u where u.id = ${userId}::uuid and u.deleted_at is null and (${scope.everywhere ?? false}
      or exists (select from grants g where g.user_id = u.id and ${isVisible(scope)}))`);
  if (!rowCount) throw new MusterError('not_found', 'There is no such person.', { userId });
}

/**
 * Throws unless the actor may manage all that the person has, wherever they have it: whoever resets a password could
 * sign in with it.
 */
export async function demandCover(tx: Tx, actor: Actor, scope: Scope, userId: UserId): Promise<void> {
  await demandVisible(tx, scope, userId);
  const grants = await allGrants(tx, userId);
  for (const grant of grants) demandAsMuch(actor, permissionsOfRole(grant), grant);
  const everywhere = { orgId: null, siteId: null, groupId: null };
  if (grants.length === 0 && !holdsAt(actor, 'users:manage', everywhere)) {
    throw new MusterError('not_found', 'There is no such person.', { userId });
  }
}
