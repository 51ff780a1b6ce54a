import type { OrgId } from '@muster/contracts';
import { type SQL, sql } from 'drizzle-orm';
import type { HeldRole } from '../domain/rights.ts';

/** What `heldRoles` adds to a row. */
export type HeldColumns = { held_roles: HeldRole[] | null; org_ids: OrgId[] };

/**
 * Columns `held_roles` and `org_ids` for a query that names a person: their grants of this moment, a row a role, and
 * the living organisations that these reach. For muster_system: there is no scope yet.
 */
export function heldRoles(userId: SQL): SQL {
  return sql`
    (select jsonb_agg(jsonb_build_object('builtIn', r.built_in,
        'permissions', array(select permission from role_permissions p where p.role_id = r.id),
        'everywhere', x.everywhere, 'orgIds', x.org_ids, 'partOrgIds', x.part_org_ids, 'siteIds', x.site_ids,
        'groupIds', case when x.group_ids = '{}' then x.group_ids else muster.groups_within(x.group_ids) end))
      from (select g.role_id, bool_or(g.org_id is null) as everywhere,
          coalesce(array_agg(g.org_id) filter (where g.org_id is not null and g.site_id is null and g.group_id is null), '{}') as org_ids,
          coalesce(array_agg(distinct g.org_id) filter (where g.site_id is not null or g.group_id is not null), '{}') as part_org_ids,
          coalesce(array_agg(g.site_id) filter (where g.site_id is not null), '{}') as site_ids,
          coalesce(array_agg(g.group_id) filter (where g.group_id is not null), '{}') as group_ids
        from grants g where g.user_id = ${userId} group by g.role_id) x
      join roles r on r.id = x.role_id and r.deleted_at is null) as held_roles,
    (select coalesce(array_agg(o.id::text order by o.id), '{}') from organisations o where o.deleted_at is null and (
        exists (select from grants g where g.user_id = ${userId} and g.org_id is null)
        or o.id in (select g.org_id from grants g where g.user_id = ${userId}))) as org_ids`;
}
