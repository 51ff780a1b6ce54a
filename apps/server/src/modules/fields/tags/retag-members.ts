import type { GroupId } from '@muster/contracts';
import { advanceRetag, awaitEntering, findOpen, hasMoreMembers, retagNext, takeTurn } from '../db/retags.ts';
import type { FieldsDeps } from '../fields-deps.ts';

/** Their devices are locked together: whoever changes one of them waits for so many. */
const PAGE = 500;

type RetagDeps = Pick<FieldsDeps, 'database' | 'audit'>;

/**
 * Works out the tags of the next members of a group whose tags or priority changed; true when there may be more to do. What
 * holds is read anew for each device, so a page that is done twice, after a kill, changes nothing.
 */
export async function retagMembers({ database, audit }: RetagDeps, groupId?: GroupId): Promise<boolean> {
  const open = await database.system('tags', async (tx) => {
    const found = await findOpen(tx, groupId);
    if (found && found.lookedTo === null) await awaitEntering(tx, found.groupId);
    return found;
  });
  if (!open) return false;
  return database.system('tags', async (tx) => {
    if (groupId === undefined && !(await takeTurn(tx))) return false;
    const page = await retagNext(tx, open, PAGE);
    const isLast = page.looked < PAGE;
    const looked = open.looked + page.looked;
    if ((await advanceRetag(tx, open, page, isLast)) && isLast && looked > PAGE)
      await audit.append(tx, {
        by: { kind: 'system', part: 'tags', scope: { orgIds: [open.orgId] } },
        orgId: open.orgId,
        action: 'group.tags_given',
        target: { kind: 'group', id: open.groupId, name: open.groupName },
        after: { devices: looked, changed: open.changed + page.changed },
      });
    return true;
  });
}

/** Of a group with few members all of it at once, for whoever waits for the answer; of others nothing. */
export async function retagFew(deps: RetagDeps, groupId: GroupId): Promise<void> {
  if (await deps.database.system('tags', (tx) => hasMoreMembers(tx, groupId, PAGE))) return;
  while (await retagMembers(deps, groupId));
}
