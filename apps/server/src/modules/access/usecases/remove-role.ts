import { MusterError, type RoleId } from '@muster/contracts';
import { type Actor, requirePermission } from '../../../platform/actor.ts';
import type { AccessDeps } from '../access-deps.ts';
import { lockRole, removeRoleRow } from '../db/roles.ts';
import { refuseBuiltIn, throwNoRole } from './read-role.ts';

/** Removes a role that nobody has. */
export async function removeRole(
  deps: AccessDeps,
  actor: Actor,
  { roleId }: { readonly roleId: RoleId },
): Promise<void> {
  const scope = requirePermission(actor, 'roles:manage');
  await deps.database.transaction(scope, async (tx) => {
    const role = (await lockRole(tx, roleId)) ?? throwNoRole(roleId);
    refuseBuiltIn(role);
    if (role.grants > 0) {
      throw new MusterError(
        'conflict',
        `${role.name} is given ${role.grants} times; withdraw those grants first.`,
        {
          roleId,
          grants: role.grants,
        },
      );
    }
    await removeRoleRow(tx, roleId);
    const { name, description, permissions } = role;
    await deps.audit.append(tx, {
      by: actor,
      orgId: null,
      action: 'role.removed',
      target: { kind: 'role', id: roleId, name },
      before: { name, description, permissions },
    });
  });
}
