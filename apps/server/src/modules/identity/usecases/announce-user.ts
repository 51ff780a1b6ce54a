import type { EventPayload, OrgId, UserId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import type { EventPort } from '../../../platform/bus/event-port.ts';
import type { Tx } from '../../../platform/db/index.ts';

type UserEvent =
  | 'user.login'
  | 'user.logout'
  | 'user.mfa.enabled'
  | 'user.mfa.disabled'
  | 'user.token_reused';

/**
 * Announces what a person did to the organisations that they have a role in. Whoever has roles everywhere belongs to
 * the oldest organisation, the installation's own: a sign-in is no news for every customer.
 */
export async function announceUser<Type extends UserEvent>(
  { events }: { readonly events: EventPort },
  tx: Tx,
  event: { readonly userId: UserId; readonly type: Type; readonly payload: EventPayload<Type> },
): Promise<void> {
  const { rows } = await tx.execute<{ orgId: OrgId }>(sql`
    select distinct coalesce(g.org_id, (select o.id from organisations o where o.deleted_at is null order by o.id limit 1))
      as "orgId"
    from grants g where g.user_id = ${event.userId}`);
  for (const { orgId } of rows) {
    if (orgId === null) continue;
    const { type, payload, userId } = event;
    await events.append(tx, { type, payload, orgId, subjectId: userId, actor: userId } as never);
  }
}
