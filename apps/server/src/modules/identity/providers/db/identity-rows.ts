import type { GrantId, Place, ProviderId, RoleId, UserId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import type { Tx } from '../../../../platform/db/index.ts';
import { newId } from '../../../../platform/new-id.ts';

/** The person whom a provider's subject stands for, removed and disabled ones included. */
export async function findIdentity(
  tx: Tx,
  providerId: ProviderId,
  subject: string,
): Promise<{ userId: UserId; isLiving: boolean } | undefined> {
  const { rows } = await tx.execute<{ userId: UserId; isLiving: boolean }>(sql`
    select u.id as "userId", u.deleted_at is null and u.disabled_at is null as "isLiving"
    from provider_identities i join users u on u.id = i.user_id
    where i.provider_id = ${providerId}::uuid and i.subject = ${subject}`);
  return rows[0];
}

/** Whether the person is somebody else at this provider already. */
export async function isLinked(tx: Tx, providerId: ProviderId, userId: UserId): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    select from provider_identities where provider_id = ${providerId}::uuid and user_id = ${userId}::uuid`);
  return Boolean(rowCount);
}

/** Remembers whom a subject stands for, and that they were here. */
export async function keepIdentity(
  tx: Tx,
  identity: { readonly providerId: ProviderId; readonly subject: string; readonly userId: UserId },
): Promise<void> {
  const { providerId, subject, userId } = identity;
  await tx.execute(sql`
    insert into provider_identities (provider_id, subject, user_id) values (${providerId}, ${subject}, ${userId})
    on conflict (provider_id, subject) do update set seen_at = now()`);
}

/** The enabled directories that a person signs in by, and who they are there. */
export async function directoriesOf(tx: Tx, userId: UserId): Promise<{ id: ProviderId; subject: string }[]> {
  const { rows } = await tx.execute<{ id: ProviderId; subject: string }>(sql`
    select p.id, i.subject from provider_identities i join sign_in_providers p on p.id = i.provider_id
    where i.user_id = ${userId}::uuid and p.kind = 'ldap' and p.enabled and p.deleted_at is null`);
  return rows;
}

/** Lets a person sign in by our own password again; a directory that vouches for them links them anew. */
export async function unlinkDirectories(tx: Tx, userId: UserId): Promise<void> {
  await tx.execute(sql`
    delete from provider_identities i using sign_in_providers p
    where p.id = i.provider_id and p.kind = 'ldap' and i.user_id = ${userId}::uuid`);
}

/** A role that a provider gave. */
export type GivenRow = Place & {
  readonly id: GrantId;
  readonly userId: UserId;
  readonly roleId: RoleId;
  readonly roleName: string;
};

/** The roles that a provider gave: to one person, or to everybody. */
export async function listGiven(
  tx: Tx,
  providerId: ProviderId,
  userId: UserId | null = null,
): Promise<GivenRow[]> {
  const { rows } = await tx.execute<GivenRow>(sql`
    select g.id, g.user_id as "userId", g.role_id as "roleId", r.name as "roleName",
      g.org_id as "orgId", g.site_id as "siteId", g.group_id as "groupId"
    from grants g join roles r on r.id = g.role_id
    where g.provider_id = ${providerId}::uuid and (${userId}::uuid is null or g.user_id = ${userId}::uuid)
    order by g.id`);
  return rows;
}

/** Gives a role in the provider's name; undefined when it has been given. */
export async function insertGiven(
  tx: Tx,
  grant: Place & { readonly providerId: ProviderId; readonly userId: UserId; readonly roleId: RoleId },
): Promise<GrantId | undefined> {
  const { providerId, userId, roleId, orgId, siteId, groupId } = grant;
  const { rows } = await tx.execute<{ id: GrantId }>(sql`
    insert into grants (id, user_id, role_id, org_id, site_id, group_id, provider_id)
    values (${newId<GrantId>()}, ${userId}, ${roleId}, ${orgId}, ${siteId}, ${groupId}, ${providerId})
    on conflict do nothing returning id`);
  return rows[0]?.id;
}
