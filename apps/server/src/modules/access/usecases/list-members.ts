import { type DeviceId, type GroupId, MusterError } from '@muster/contracts';
import { type Actor, requirePermission } from '../../../platform/actor.ts';
import type { AccessDeps } from '../access-deps.ts';
import { listMembers } from '../db/groups.ts';
import { getGroup } from './create-group.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

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
): Promise<{ items: { id: DeviceId; name: string }[]; next: string | null }> {
  const scope = requirePermission(actor, 'groups:read');
  if (cursor !== undefined && !UUID.test(cursor))
    throw new MusterError('invalid_input', 'The cursor is not one that this list gave out.', { cursor });
  return deps.database.transaction(scope, async (tx) => {
    await getGroup(tx, scope, groupId);
    const rows = await listMembers(tx, scope, { groupId, after: cursor, limit: limit + 1 });
    const items = rows.slice(0, limit);
    return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
  });
}
