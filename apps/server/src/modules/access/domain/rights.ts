import {
  BUILT_IN_ROLES,
  type BuiltInRoleName,
  type DeviceId,
  findPermission,
  type GroupId,
  INSTALLATION_PERMISSIONS,
  type OrgId,
  type Permission,
  type SiteId,
} from '@muster/contracts';
import { NOWHERE, type Scope, wholeOrgs } from '../../../platform/actor.ts';

/** A role that somebody has, with every place where they have it. Groups inside groups are spelled out. */
export type HeldRole = {
  readonly builtIn: BuiltInRoleName | null;
  readonly permissions: readonly string[];
  readonly everywhere: boolean;
  readonly orgIds: readonly OrgId[];
  /** Organisations of the sites and groups. */
  readonly partOrgIds: readonly OrgId[];
  readonly siteIds: readonly SiteId[];
  readonly groupIds: readonly GroupId[];
};

/** What somebody may do, and where: the part of an Actor that grants decide. */
export type Rights = {
  readonly permissions: ReadonlySet<Permission>;
  readonly scope: Scope;
  readonly limits: ReadonlyMap<Permission, Scope>;
};

/** What a role holds; a name that the catalogue does not know any more is nothing. */
export function permissionsOfRole(role: Pick<HeldRole, 'builtIn' | 'permissions'>): readonly Permission[] {
  if (role.builtIn) return BUILT_IN_ROLES[role.builtIn].permissions;
  return role.permissions.flatMap((name) => findPermission(name) ?? []);
}

/** Folds grants into rights. `orgIds`: those living organisations that any of the grants reaches. */
export function rightsOf(held: readonly HeldRole[], orgIds: readonly OrgId[]): Rights {
  const holders = new Map<Permission, number[]>();
  for (const [at, role] of held.entries()) {
    for (const permission of permissionsOfRole(role)) {
      if (INSTALLATION_PERMISSIONS.has(permission) && !role.everywhere) continue;
      holders.set(permission, [...(holders.get(permission) ?? []), at]);
    }
  }
  // People have few roles: most permissions come from the same of them and share one scope.
  const scopes = new Map<string, Scope>();
  const limits = new Map<Permission, Scope>();
  for (const [permission, roles] of holders) {
    const key = roles.join();
    const scope =
      scopes.get(key) ??
      scopeOf(
        roles.flatMap((at) => held[at] ?? []),
        orgIds,
      );
    scopes.set(key, scope);
    if (scope.everywhere || scope.orgIds.length > 0) limits.set(permission, scope);
  }
  return fromLimits(limits);
}

/** The rights that are left to an API key: of its maker's those named, on the device named. */
export function narrow(
  rights: Rights,
  to: { readonly permissions: readonly string[] | null; readonly deviceId: DeviceId | null },
): Rights {
  const named = to.permissions && new Set(to.permissions.flatMap((name) => findPermission(name) ?? []));
  const { deviceId } = to;
  const limits = new Map<Permission, Scope>();
  for (const [permission, scope] of rights.limits) {
    if (named && !named.has(permission)) continue;
    if (deviceId && INSTALLATION_PERMISSIONS.has(permission)) continue;
    limits.set(permission, deviceId ? bind(scope, deviceId) : scope);
  }
  return fromLimits(limits);
}

function bind({ everywhere: _, ...scope }: Scope, deviceId: DeviceId): Scope {
  return { ...scope, deviceId };
}

function fromLimits(limits: ReadonlyMap<Permission, Scope>): Rights {
  return { permissions: new Set(limits.keys()), scope: commonScope([...limits.values()]), limits };
}

function scopeOf(roles: readonly HeldRole[], living: readonly OrgId[]): Scope {
  if (roles.some((role) => role.everywhere)) return { orgIds: living, everywhere: true };
  const alive = new Set(living);
  const union = <Id extends string>(lists: (readonly Id[])[]) => [
    ...new Set(lists.length === 1 ? lists[0] : lists.flat()),
  ];
  const whole = union(roles.map((role) => role.orgIds)).filter((id) => alive.has(id));
  const parts = union(roles.map((role) => role.partOrgIds)).filter(
    (id) => alive.has(id) && !whole.includes(id),
  );
  if (parts.length === 0) return { orgIds: whole };
  return {
    orgIds: [...whole, ...parts],
    only: {
      orgIds: whole,
      siteIds: union(roles.map((role) => role.siteIds)),
      groupIds: union(roles.map((role) => role.groupIds)),
    },
  };
}

/** Where all of them hold: a query that took this by mistake shows too little, never too much. */
function commonScope(scopes: readonly Scope[]): Scope {
  const [first, ...others] = [...new Set(scopes)];
  if (!first) return NOWHERE;
  if (others.length === 0) return first;
  const orgIds = wholeOrgs(first).filter((id) => others.every((scope) => wholeOrgs(scope).includes(id)));
  return scopes.every((scope) => scope.everywhere) ? { orgIds, everywhere: true } : { orgIds };
}
