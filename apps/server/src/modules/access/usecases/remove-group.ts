import { type GroupId, MusterError } from '@muster/contracts';
import { type Actor, requirePermission } from '../../../platform/actor.ts';
import type { AccessDeps } from '../access-deps.ts';
import { countDependants, removeGroupRow } from '../db/groups.ts';
import { getOwnGroup } from './create-group.ts';
import { demandUnnamed } from './update-group.ts';

/** Removes a group on which neither grant nor group stands. */
export async function removeGroup(
  deps: AccessDeps,
  actor: Actor,
  { groupId }: { readonly groupId: GroupId },
): Promise<void> {
  const scope = requirePermission(actor, 'groups:manage');
  await deps.database.transaction(scope, async (tx) => {
    const group = await getOwnGroup(tx, scope, groupId);
    if ((await countDependants(tx, groupId)) > 0) {
      throw new MusterError(
        'conflict',
        `${group.name} has grants or groups that stand on it; remove those first.`,
        {
          groupId,
        },
      );
    }
    await demandUnnamed(deps, tx, group);
    await removeGroupRow(tx, groupId);
    const { orgId, name, description, parentId, devices } = group;
    await deps.audit.append(tx, {
      by: actor,
      orgId,
      action: 'group.removed',
      target: { kind: 'group', id: groupId, name },
      before: { name, description, parentId, devices },
    });
  });
}
