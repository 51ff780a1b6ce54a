import { PERMISSIONS, type Permission } from '@muster/contracts';

/** What a role is made of. Roles of one's own come with modules/access. */
const ROLES = {
  administrator: Object.keys(PERMISSIONS) as Permission[],
} as const satisfies Record<string, readonly Permission[]>;

export type Role = keyof typeof ROLES;

/** Everything that any of the roles allows. */
export function permissionsOf(roles: readonly Role[]): ReadonlySet<Permission> {
  return new Set(roles.flatMap((role) => ROLES[role] ?? []));
}
