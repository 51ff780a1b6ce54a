import { MusterError, type Permission, type Role, RoleId } from '@muster/contracts';
import { type Actor, requirePermission } from '../../../platform/actor.ts';
import { refuseTakenName } from '../../../platform/db/index.ts';
import { newId } from '../../../platform/new-id.ts';
import type { AccessDeps } from '../access-deps.ts';
import { insertRole, writePermissions } from '../db/roles.ts';
import { holdsAt } from '../domain/places.ts';
import { readRole } from './read-role.ts';

export type CreateRoleInput = {
  readonly name: string;
  readonly description: string;
  readonly permissions: readonly Permission[];
};

/** Makes a role of one's own. Nobody puts into it what they do not have everywhere. */
export async function createRole(deps: AccessDeps, actor: Actor, input: CreateRoleInput): Promise<Role> {
  const scope = requirePermission(actor, 'roles:manage');
  demandEverywhere(actor, input.permissions);
  return deps.database.transaction(scope, async (tx) => {
    const id = RoleId.parse(newId<RoleId>());
    await insertRole(tx, { id, name: input.name, description: input.description }).catch(
      refuseTakenName('There is a role', input.name),
    );
    await writePermissions(tx, id, input.permissions);
    const role = await readRole(tx, id);
    const { name, description, permissions } = role;
    await deps.audit.append(tx, {
      by: actor,
      orgId: null,
      action: 'role.created',
      target: { kind: 'role', id, name },
      after: { name, description, permissions },
    });
    return role;
  });
}

/** A role can be given anywhere, so its maker needs all of it everywhere. */
export function demandEverywhere(actor: Actor, permissions: readonly Permission[]): void {
  const everywhere = { orgId: null, siteId: null, groupId: null };
  const missing = permissions.find((permission) => !holdsAt(actor, permission, everywhere));
  if (!missing) return;
  throw new MusterError(
    'forbidden',
    `A role cannot hold what you do not have everywhere yourself: ${missing}.`,
    {
      permission: missing,
    },
  );
}
