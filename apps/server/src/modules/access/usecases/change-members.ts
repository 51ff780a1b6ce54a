import { type DeviceId, type Group, type GroupId, MusterError } from '@muster/contracts';
import { type Actor, requirePermission } from '../../../platform/actor.ts';
import type { AccessDeps } from '../access-deps.ts';
import { deleteMembers, insertMembers } from '../db/groups.ts';
import { getOwnGroup, toGroup } from './create-group.ts';

export type MembersInput = {
  readonly groupId: GroupId;
  readonly deviceIds: readonly DeviceId[];
  readonly into: boolean;
};

/** Puts devices into a group or takes them out. All or none: a device of another organisation is not there. */
export async function changeMembers(deps: AccessDeps, actor: Actor, input: MembersInput): Promise<Group> {
  const scope = requirePermission(actor, 'groups:manage');
  return deps.database.transaction(scope, async (tx) => {
    const group = await getOwnGroup(tx, scope, input.groupId);
    if (group.query !== null)
      throw new MusterError(
        'conflict',
        `${group.name} is a smart group: its query says which devices are in it.`,
        {
          groupId: group.id,
        },
      );
    const ids = [...new Set(input.deviceIds)];
    if (!input.into) await deleteMembers(tx, group, ids);
    else if ((await insertMembers(tx, group, ids)) < ids.length) {
      throw new MusterError(
        'not_found',
        `Not all of these devices exist in the organisation of ${group.name}.`,
        {
          groupId: group.id,
        },
      );
    }
    const after = await getOwnGroup(tx, scope, group.id);
    await deps.audit.append(tx, {
      by: actor,
      orgId: group.orgId,
      action: 'group.members_changed',
      target: { kind: 'group', id: group.id, name: group.name },
      before: { devices: group.devices },
      after: { devices: after.devices, [input.into ? 'added' : 'taken']: ids },
    });
    return toGroup(after);
  });
}
