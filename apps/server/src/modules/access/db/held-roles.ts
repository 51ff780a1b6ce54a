import type { BuiltInRoleName, GroupId, OrgId, SiteId } from '@muster/contracts';
import { type SQL, sql } from 'drizzle-orm';
import { type HeldRole, type Rights, rightsOf } from '../domain/rights.ts';

/** What `heldRoles` adds to a row; lists of ids are joined by commas. */
export type HeldColumns = {
  held_roles: RoleColumns[] | null;
  org_ids: string | null;
};

type RoleColumns = {
  builtIn: BuiltInRoleName | null;
  permissions: string[];
  everywhere: boolean;
  orgIds: string | null;
  partOrgIds: string | null;
  siteIds: string | null;
  groupIds: string | null;
};

/**
 * Columns `held_roles` and `org_ids` for a query that names a person: their grants of this moment, and the living
 * organisations that these reach. For muster_system: there is no scope yet.
 */
export function heldRoles(userId: SQL): SQL {
  return sql`muster.held_roles(${userId}) as held_roles, muster.reached_organisations(${userId}) as org_ids`;
}

/** The rights that these columns add up to. */
export function readRightsOf({ held_roles, org_ids }: HeldColumns): Rights {
  return rightsOf((held_roles ?? []).map(toHeldRole), split<OrgId>(org_ids));
}

function toHeldRole({ builtIn, permissions, everywhere, ...ids }: RoleColumns): HeldRole {
  return {
    builtIn,
    permissions,
    everywhere,
    orgIds: split<OrgId>(ids.orgIds),
    partOrgIds: split<OrgId>(ids.partOrgIds),
    siteIds: split<SiteId>(ids.siteIds),
    groupIds: split<GroupId>(ids.groupIds),
  };
}

function split<Id extends string>(list: string | null): Id[] {
  return list ? (list.split(',') as Id[]) : [];
}
