import type { BuiltInRoleName, Grant, GrantId, Place, RoleId, UserId } from '@muster/contracts';
import { eq, type SQL, sql } from 'drizzle-orm';
import { type Scope, wholeOrgs } from '../../../platform/actor.ts';
import { type Tx, uuids } from '../../../platform/db/index.ts';
import { newId } from '../../../platform/new-id.ts';
import { grants } from './tables.ts';

/** A grant with what its role holds. */
export type GrantRow = Grant & {
  readonly userId: UserId;
  readonly builtIn: BuiltInRoleName | null;
  readonly permissions: readonly string[];
  /** The groups that the grant reaches by groups inside groups. */
  readonly groupIds: readonly string[];
};

/** Grants of those people that whoever has the scope may see: names come out under row-level security. */
export async function findGrants(tx: Tx, scope: Scope, userIds: readonly UserId[]): Promise<GrantRow[]> {
  if (userIds.length === 0) return [];
  return read(tx, sql`g.user_id = any (${uuids(userIds)}) and ${isVisible(scope)}`);
}

/** Every grant of a person, for decisions about them; never for showing. */
export async function allGrants(tx: Tx, userId: UserId): Promise<GrantRow[]> {
  return read(tx, sql`g.user_id = ${userId}::uuid`);
}

/** One grant, locked, where it is visible. */
export async function lockGrant(tx: Tx, scope: Scope, id: GrantId): Promise<GrantRow | undefined> {
  return (await read(tx, sql`g.id = ${id}::uuid and ${isVisible(scope)}`))[0];
}

/** Which grants somebody sees: those in organisations that are theirs as a whole. */
export function isVisible(scope: Scope): SQL {
  if (scope.everywhere) return sql`true`;
  return sql`g.org_id = any (${uuids(wholeOrgs(scope))})`;
}

async function read(tx: Tx, which: SQL): Promise<GrantRow[]> {
  const { rows } = await tx.execute<GrantRow>(sql`
    select g.id, g.user_id as "userId", g.role_id as "roleId", r.name as "roleName", r.built_in as "builtIn",
      array(select permission from role_permissions p where p.role_id = r.id) as permissions,
      g.org_id as "orgId", g.site_id as "siteId", g.group_id as "groupId",
      case when g.group_id is null then '{}' else muster.groups_within(array[g.group_id])::text[] end as "groupIds",
      coalesce((select name from sites where id = g.site_id), (select name from groups where id = g.group_id),
        (select name from organisations where id = g.org_id)) as "placeName",
      (select name from sign_in_providers where id = g.provider_id) as provider,
      to_char(g.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "createdAt"
    from grants g join roles r on r.id = g.role_id
    where ${which} order by g.id`);
  return rows;
}

/** Gives a role by hand; the same grant twice is one, and only `added` once. */
export async function insertGrant(
  tx: Tx,
  grant: Place & { readonly userId: UserId; readonly roleId: RoleId; readonly createdBy: UserId | null },
): Promise<{ id: GrantId; added: boolean }> {
  const { userId, roleId, orgId, siteId, groupId, createdBy } = grant;
  const id = newId<GrantId>();
  const { rows } = await tx.execute<{ id: GrantId; added: boolean }>(sql`
    with added as (
      insert into grants (id, user_id, role_id, org_id, site_id, group_id, created_by)
      values (${id}, ${userId}, ${roleId}, ${orgId}, ${siteId}, ${groupId}, ${createdBy}) on conflict do nothing returning id)
    select id, true as added from added union all
    select id, false from grants where user_id = ${userId}::uuid and role_id = ${roleId}::uuid and org_id is not distinct from ${orgId}::uuid
      and site_id is not distinct from ${siteId}::uuid and group_id is not distinct from ${groupId}::uuid
      and provider_id is null`);
  return rows[0] ?? { id, added: false };
}

/** Takes one grant away. */
export async function deleteGrant(tx: Tx, id: GrantId): Promise<void> {
  await tx.delete(grants).where(eq(grants.id, id));
}

/** Takes everything from a person. */
export async function deleteGrantsOf(tx: Tx, userId: UserId): Promise<void> {
  await tx.delete(grants).where(eq(grants.userId, userId));
}

/** Whether organisation, site and static group exist, belong together and are in the transaction's scope. */
export async function placeExists(tx: Tx, { orgId, siteId, groupId }: Place): Promise<boolean> {
  if (orgId === null) return siteId === null && groupId === null;
  const { rows } = await tx.execute<{ found: boolean }>(sql`
    select exists (select from organisations where id = ${orgId}::uuid and deleted_at is null)
      and (${siteId}::uuid is null or exists (select from sites where id = ${siteId}::uuid and org_id = ${orgId}::uuid and deleted_at is null))
      and (${groupId}::uuid is null or exists (select from groups where id = ${groupId}::uuid and org_id = ${orgId}::uuid and query is null and deleted_at is null))
      as found`);
  return rows[0]?.found ?? false;
}
