import { type Group, type GroupId, MusterError } from '@muster/contracts';
import { type Actor, requirePermission } from '../../../platform/actor.ts';
import { sidesOf } from '../../../platform/bus/sides-of.ts';
import { demandCurrent } from '../../../platform/http/index.ts';
import type { AccessDeps } from '../access-deps.ts';
import { liesWithin, writeGroup } from '../db/groups.ts';
import { demandSameOrg, getOwnGroup, toGroup } from './create-group.ts';
import { refuseTakenName } from './read-role.ts';

export type UpdateGroupInput = {
  readonly groupId: GroupId;
  readonly ifMatch: string | undefined;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly parentId?: GroupId | null | undefined;
};

/** Renames a group or puts it into another, never into itself. */
export async function updateGroup(deps: AccessDeps, actor: Actor, input: UpdateGroupInput): Promise<Group> {
  const scope = requirePermission(actor, 'groups:manage');
  return deps.database.transaction(scope, async (tx) => {
    const before = await getOwnGroup(tx, scope, input.groupId);
    demandCurrent(before.version, input.ifMatch, before.name);
    const { name = before.name, description = before.description } = input;
    const parentId = input.parentId === undefined ? before.parentId : input.parentId;
    if (parentId) {
      await demandSameOrg(tx, scope, parentId, before.orgId);
      if (await liesWithin(tx, before.id, parentId))
        throw new MusterError('conflict', 'A group cannot lie inside itself.', { field: 'parentId' });
    }
    await writeGroup(tx, before.id, { name, description, parentId }).catch(refuseTakenName);
    const after = await getOwnGroup(tx, scope, before.id);
    await deps.audit.append(tx, {
      by: actor,
      orgId: after.orgId,
      action: 'group.changed',
      target: { kind: 'group', id: after.id, name: after.name },
      ...sidesOf(before, after, ['name', 'description', 'parentId']),
    });
    return toGroup(after);
  });
}
