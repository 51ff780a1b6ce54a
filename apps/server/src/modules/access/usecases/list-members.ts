import { type GroupDevice, type GroupId, MusterError } from '@muster/contracts';
import { type Actor, requirePermission } from '../../../platform/actor.ts';
import { isId } from '../../../platform/new-id.ts';
import type { AccessDeps } from '../access-deps.ts';
import { listMembers } from '../db/groups.ts';
import { getGroup } from './create-group.ts';

export type ListMembersInput = {
  readonly groupId: GroupId;
  readonly cursor?: string | undefined;
  readonly limit: number;
};

/** Devices that are in the group itself. The cursor is the last id of the page before. */
export async function listGroupDevices(
  deps: AccessDeps,
  actor: Actor,
  { groupId, cursor, limit }: ListMembersInput,
): Promise<{ items: GroupDevice[]; next: string | null }> {
  const scope = requirePermission(actor, 'groups:read');
  if (cursor !== undefined && !isId(cursor))
    throw new MusterError('invalid_input', 'The cursor is not one that this list gave out.', { cursor });
  return deps.database.transaction(scope, async (tx) => {
    await getGroup(tx, scope, groupId);
    const rows = await listMembers(tx, scope, { groupId, after: cursor, limit: limit + 1 });
    const items = rows.slice(0, limit);
    return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
  });
}
