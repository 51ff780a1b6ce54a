import type { Permission, Role, RoleId } from '@muster/contracts';
import { type Actor, requirePermission } from '../../../platform/actor.ts';
import { sidesOf } from '../../../platform/bus/sides-of.ts';
import { refuseTakenName } from '../../../platform/db/index.ts';
import { demandCurrent } from '../../../platform/http/index.ts';
import type { AccessDeps } from '../access-deps.ts';
import { lockRole, writePermissions, writeRole } from '../db/roles.ts';
import { permissionsOfRole } from '../domain/rights.ts';
import { demandEverywhere } from './create-role.ts';
import { readRole, refuseBuiltIn, throwNoRole, toRole } from './read-role.ts';

export type UpdateRoleInput = {
  readonly roleId: RoleId;
  readonly ifMatch: string | undefined;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly permissions?: readonly Permission[] | undefined;
};

/** Changes a role of one's own; whoever has it can do the new things with their next request. */
export async function updateRole(deps: AccessDeps, actor: Actor, input: UpdateRoleInput): Promise<Role> {
  const scope = requirePermission(actor, 'roles:manage');
  return deps.database.transaction(scope, async (tx) => {
    const before = (await lockRole(tx, input.roleId)) ?? throwNoRole(input.roleId);
    refuseBuiltIn(before);
    demandCurrent(before.version, input.ifMatch, before.name);
    // What was in it stays in it by whoever put it there; what leaves it is no gain for anybody.
    const had = new Set(permissionsOfRole(before));
    demandEverywhere(
      actor,
      (input.permissions ?? []).filter((permission) => !had.has(permission)),
    );
    const { name = before.name, description = before.description } = input;
    await writeRole(tx, input.roleId, { name, description }).catch(refuseTakenName('There is a role', name));
    if (input.permissions) await writePermissions(tx, input.roleId, input.permissions);
    const after = await readRole(tx, input.roleId);
    await deps.audit.append(tx, {
      by: actor,
      orgId: null,
      action: 'role.changed',
      target: { kind: 'role', id: after.id, name: after.name },
      ...sidesOf(toRole(before), after, ['name', 'description', 'permissions']),
    });
    return after;
  });
}
