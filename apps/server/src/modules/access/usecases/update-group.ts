import { type Group, type GroupId, MusterError } from '@muster/contracts';
import { type Actor, requirePermission } from '../../../platform/actor.ts';
import { sidesOf } from '../../../platform/bus/sides-of.ts';
import { refuseTakenName, type Tx } from '../../../platform/db/index.ts';
import { demandCurrent } from '../../../platform/http/index.ts';
import type { AccessDeps } from '../access-deps.ts';
import { type GroupRow, liesWithin, writeGroup } from '../db/groups.ts';
import { demandSameOrg, getOwnGroup, toGroup } from './create-group.ts';

export type UpdateGroupInput = {
  readonly groupId: GroupId;
  readonly ifMatch: string | undefined;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly parentId?: GroupId | null | undefined;
  readonly query?: string | undefined;
  readonly priority?: number | undefined;
};

/** Renames a group, puts it into another (never into itself), or lets a smart one mean something else. */
export async function updateGroup(deps: AccessDeps, actor: Actor, input: UpdateGroupInput): Promise<Group> {
  const scope = requirePermission(actor, 'groups:manage');
  const group = await deps.database.transaction(scope, async (tx) => {
    const before = await getOwnGroup(tx, scope, input.groupId);
    demandCurrent(before.version, input.ifMatch, before.name);
    const { name = before.name, description = before.description, priority = before.priority } = input;
    const query = input.query ?? before.query;
    const parentId = input.parentId === undefined ? before.parentId : input.parentId;
    if (parentId) {
      await demandSameOrg(tx, scope, parentId, before.orgId);
      if (await liesWithin(tx, before.id, parentId))
        throw new MusterError('conflict', 'A group cannot lie inside itself.', { field: 'parentId' });
    }
    if (name !== before.name) await demandUnnamed(deps, tx, before);
    if (query !== before.query)
      await demandSmart(deps, tx, { ...before, name, query, wasStatic: before.query === null });
    await writeGroup(tx, before.id, { name, description, parentId, query, priority }).catch(
      refuseTakenName('The organisation has a group', name),
    );
    if (parentId !== before.parentId) await deps.smartGroups.demandLayered(tx, before);
    await deps.policies.demandSound(tx, before.orgId);
    const after = await getOwnGroup(tx, scope, before.id);
    await deps.audit.append(tx, {
      by: actor,
      orgId: after.orgId,
      action: 'group.changed',
      target: { kind: 'group', id: after.id, name: after.name },
      ...sidesOf(before, after, ['name', 'description', 'parentId', 'query', 'priority']),
    });
    return toGroup(after);
  });
  if (input.priority !== undefined) await deps.tags.weighed(input.groupId);
  return group;
}

/** A group that queries name keeps its name, and stays, until they name another. */
export async function demandUnnamed(deps: AccessDeps, tx: Tx, group: GroupRow): Promise<void> {
  const names = await deps.smartGroups.namedBy(tx, group);
  if (names.length === 0) return;
  throw new MusterError(
    'conflict',
    `The queries of ${names.join(', ')} name ${group.name}; change those first.`,
    {
      groups: names,
    },
  );
}

async function demandSmart(
  deps: AccessDeps,
  tx: Tx,
  group: Pick<GroupRow, 'id' | 'orgId' | 'name' | 'query'> & { readonly wasStatic: boolean },
): Promise<void> {
  if (group.wasStatic || group.query === null)
    throw new MusterError('conflict', `${group.name} is a static group; make a smart one beside it.`, {
      field: 'query',
    });
  await deps.smartGroups.check(tx, { ...group, query: group.query });
}
