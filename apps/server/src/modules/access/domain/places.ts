import { INSTALLATION_PERMISSIONS, MusterError, type Permission, type Place } from '@muster/contracts';
import { type Actor, coversOrg, requirePermission } from '../../../platform/actor.ts';

/** Whether the actor may use the permission in all of the place. */
export function holdsAt(actor: Actor, permission: Permission, { orgId, siteId, groupId }: Place): boolean {
  if (actor.kind === 'system') return true;
  if (actor.kind !== 'person' || !actor.permissions.has(permission)) return false;
  const scope = requirePermission(actor, permission);
  if (scope.deviceId) return false;
  if (scope.everywhere) return true;
  if (orgId === null) return false;
  if (coversOrg(scope, orgId)) return true;
  if (siteId) return scope.only?.siteIds.includes(siteId) ?? false;
  return groupId ? (scope.only?.groupIds.includes(groupId) ?? false) : false;
}

/** What a role is good for at a place: what concerns the installation counts everywhere only. */
function effectiveAt(permissions: readonly Permission[], place: Place): readonly Permission[] {
  return place.orgId === null ? permissions : permissions.filter((one) => !INSTALLATION_PERMISSIONS.has(one));
}

/**
 * Throws where the actor could not do what they give to somebody, or take away from them: nobody rises by way of
 * another person.
 */
export function demandAsMuch(actor: Actor, permissions: readonly Permission[], place: Place): void {
  const missing = ['users:manage' as const, ...effectiveAt(permissions, place)].find(
    (permission) => !holdsAt(actor, permission, place),
  );
  if (!missing) return;
  throw new MusterError(
    'forbidden',
    `This is about rights that you do not have there yourself: ${missing} is missing.`,
    { permission: missing },
  );
}
