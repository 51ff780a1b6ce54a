import { advanceFill, devicesAfter, endFill, nextFill } from '../db/fills.ts';
import { writeTimers } from '../db/queue.ts';
import type { MembershipDeps } from '../membership-deps.ts';
import { decideMembers } from './decide-members.ts';
import type { SmartGroups } from './smart-groups.ts';

/** Small enough that changes which come meanwhile are looked at within a second, whatever the groups ask for. */
const DEVICES_A_PAGE = 500;
const GROUPS_AT_ONCE = 120;

/**
 * Has groups whose query is new look at the next page of their devices; true when there may be more. Groups that became
 * new together go through the devices together. Killed in the middle it looks at that page once more.
 */
export async function fillGroups(deps: MembershipDeps, known: SmartGroups): Promise<boolean> {
  const { database } = deps;
  const fill = await database.system('membership', (tx) => nextFill(tx, GROUPS_AT_ONCE));
  if (!fill) return false;
  const queries = new Map(fill.groups.map(({ id, query }) => [id, query]));
  // A group whose query is another one by now, or no longer reads, has nothing to fill.
  const groups = (known.get(fill.orgId) ?? []).filter(({ id, query }) => queries.get(id) === query);
  const deviceNos =
    groups.length === 0
      ? []
      : await database.system('membership', (tx) => devicesAfter(tx, fill, DEVICES_A_PAGE));
  if (deviceNos.length > 0) {
    const { timers } = await decideMembers(deps, fill.orgId, { deviceNos, groups });
    await writeTimers(database.ingest, timers);
  }
  const last = deviceNos.at(-1);
  await database.system('membership', (tx) =>
    last === undefined || deviceNos.length < DEVICES_A_PAGE
      ? endFill(tx, fill, groups)
      : advanceFill(tx, fill, last),
  );
  return true;
}
