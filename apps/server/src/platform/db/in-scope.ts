import { type SQL, sql } from 'drizzle-orm';
import { type Scope, wholeOrgs } from '../actor.ts';

/**
 * A list as one parameter; drizzle would make one of each item. A value and no sub-select, so that the planner counts its
 * items and looks rows up in a hash of them: two hundred organisations are not compared with each row one by one.
 */
export function uuids(items: readonly string[]): SQL {
  return sql`${`{${items.map((item) => JSON.stringify(item)).join(',')}}`}::uuid[]`;
}

/**
 * Condition on a device row called `d` with id, org_id and site_id. Row-level security says the same of organisations;
 * a query that forgets the one still has the other.
 */
export function deviceInScope(scope: Scope): SQL {
  const inOrg = sql`d.org_id = any (${uuids(scope.orgIds)})`;
  const one = scope.deviceId ? sql`${inOrg} and d.id = ${scope.deviceId}::uuid` : inOrg;
  if (!scope.only) return one;
  const { orgIds, siteIds, groupIds } = scope.only;
  // The groups' devices are gathered once a statement, not looked up once a row.
  return sql`${one} and (d.org_id = any (${uuids(orgIds)}) or d.site_id = any (${uuids(siteIds)})
    or d.id = any (array(select m.device_id from group_devices m where m.group_id = any (${uuids(groupIds)}))))`;
}

/** Condition on what belongs to a device by `deviceId`, an SQL expression; true where no further look is needed. */
export function ofDeviceInScope(scope: Scope, deviceId: SQL): SQL {
  if (!scope.only && !scope.deviceId) return sql`true`;
  return sql`exists (select from devices d where d.id = ${deviceId} and ${deviceInScope(scope)})`;
}

/** Condition on what belongs to a site: SQL expressions of its organisation and of the site. */
export function siteInScope(scope: Scope, orgId: SQL, siteId: SQL): SQL {
  const whole = sql`${orgId} = any (${uuids(wholeOrgs(scope))})`;
  if (!scope.only || scope.deviceId) return whole;
  return sql`(${whole} or ${siteId} = any (${uuids(scope.only.siteIds)}))`;
}
