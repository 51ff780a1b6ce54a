import { type Group, type GroupId, MusterError, type OrgId } from '@muster/contracts';
import { type Actor, coversOrg, requirePermission, type Scope, wholeOrgs } from '../../../platform/actor.ts';
import { refuseTakenName, type Tx } from '../../../platform/db/index.ts';
import { etagOf } from '../../../platform/http/index.ts';
import { newId } from '../../../platform/new-id.ts';
import type { AccessDeps } from '../access-deps.ts';
import { findGroup, type GroupRow, insertGroup } from '../db/groups.ts';

export type CreateGroupInput = {
  readonly name: string;
  readonly description: string;
  readonly orgId?: OrgId | undefined;
  readonly parentId: GroupId | null;
  readonly query: string | null;
  readonly priority: number;
};

/** Makes a group, in the only organisation there is when none is named. */
export async function createGroup(deps: AccessDeps, actor: Actor, input: CreateGroupInput): Promise<Group> {
  const scope = requirePermission(actor, 'groups:manage');
  const orgId = input.orgId ?? onlyOrg(scope);
  if (!coversOrg(scope, orgId))
    throw new MusterError('not_found', 'There is no such organisation.', { orgId });
  return deps.database.transaction(scope, async (tx) => {
    const { name, description, parentId, query, priority } = input;
    if (parentId) await demandSameOrg(tx, scope, parentId, orgId);
    const id = newId<GroupId>();
    if (query) await deps.smartGroups.check(tx, { id, orgId, name, query });
    await insertGroup(tx, { id, orgId, name, description, parentId, query, priority }).catch(
      refuseTakenName('The organisation has a group', name),
    );
    if (parentId) await deps.smartGroups.demandLayered(tx, { orgId, id });
    await deps.policies.demandSound(tx, orgId);
    await deps.audit.append(tx, {
      by: actor,
      orgId,
      action: 'group.created',
      target: { kind: 'group', id, name },
      after: { name, description, parentId, query, priority },
    });
    return toGroup(await getGroup(tx, scope, id));
  });
}

function onlyOrg(scope: Scope): OrgId {
  const [orgId, another] = wholeOrgs(scope);
  if (orgId && !another) return orgId;
  throw new MusterError('invalid_input', 'Say in which organisation, with orgId.', { field: 'orgId' });
}

/** Throws not_found unless the group is of that organisation. */
export async function demandSameOrg(tx: Tx, scope: Scope, groupId: GroupId, orgId: OrgId): Promise<void> {
  const group = await getGroup(tx, scope, groupId);
  if (group.orgId === orgId) return;
  throw new MusterError('invalid_input', `${group.name} belongs to another organisation.`, {
    field: 'parentId',
  });
}

/** A group in scope; throws not_found. */
export async function getGroup(tx: Tx, scope: Scope, groupId: GroupId): Promise<GroupRow> {
  const group = await findGroup(tx, scope, groupId);
  if (!group) throw new MusterError('not_found', 'There is no such group.', { groupId });
  return group;
}

/** A group that the scope covers with its whole organisation: who is in a group decides who may do what. */
export async function getOwnGroup(tx: Tx, scope: Scope, groupId: GroupId): Promise<GroupRow> {
  const group = await getGroup(tx, scope, groupId);
  if (coversOrg(scope, group.orgId)) return group;
  throw new MusterError(
    'forbidden',
    `Changing ${group.name} needs groups:manage in its whole organisation.`,
    {
      permission: 'groups:manage',
    },
  );
}

/** A row in the contract's shape. */
export function toGroup({ version, ...group }: GroupRow): Group {
  return { ...group, kind: group.query === null ? 'static' : 'smart', etag: etagOf(version) };
}
