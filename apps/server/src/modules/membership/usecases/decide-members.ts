import type { DeviceId, GroupId, OrgId } from '@muster/contracts';
import { type SQL, sql } from 'drizzle-orm';
import type { Tx } from '../../../platform/db/index.ts';
import { type Pair, readMembers, writeMembers } from '../db/smart-groups.ts';
import type { MembershipDeps } from '../membership-deps.ts';
import type { SmartGroup } from './smart-groups.ts';

type Looked = {
  readonly id: DeviceId;
  readonly deviceNo: number;
  readonly holds: boolean[];
  readonly dueAt: string | null;
};

/** Groups asked in one statement; more are asked in further ones. */
const GROUPS_A_STATEMENT = 60;

export type Decided = {
  readonly entered: number;
  readonly left: number;
  readonly timers: readonly { readonly deviceNo: number; readonly dueAt: string | null }[];
};

/**
 * Finds out for these devices of one organisation in which of the groups they are, under their row locks, and writes
 * what changed with its events. Whatever is committed after the look has queued the device again.
 */
export async function decideMembers(
  deps: MembershipDeps,
  orgId: OrgId,
  { deviceNos, groups }: { readonly deviceNos: readonly number[]; readonly groups: readonly SmartGroup[] },
): Promise<Decided> {
  const decided = await deps.database.transaction({ orgIds: [orgId] }, async (tx) => {
    const ids = await lockDevices(tx, deviceNos);
    let entered = 0;
    let left = 0;
    const timers = new Map<number, string | null>();
    for (let at = 0; at < groups.length; at += GROUPS_A_STATEMENT) {
      const some = groups.slice(at, at + GROUPS_A_STATEMENT);
      const looked = await look(deps, tx, { deviceNos, groups: some });
      const change = compare(ids, some, {
        looked,
        members: await readMembers(
          tx,
          ids,
          some.map(({ id }) => id),
        ),
      });
      await writeMembers(tx, orgId, change);
      await announce(deps, tx, orgId, { groups: some, ...change });
      entered += change.entered.length;
      left += change.left.length;
      for (const { deviceNo, dueAt } of looked)
        timers.set(deviceNo, earlier(timers.get(deviceNo) ?? null, dueAt));
    }
    return { entered, left, timers: [...timers].map(([deviceNo, dueAt]) => ({ deviceNo, dueAt })) };
  });
  if (decided.entered + decided.left > 0) deps.events.committed();
  return decided;
}

function earlier(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
}

/**
 * In the order of their ids, as admission and people's changes lock them: nobody waits in a circle. Numbers are another
 * order, of devices that enrolled at once and of those that changed their organisation.
 */
async function lockDevices(tx: Tx, deviceNos: readonly number[]): Promise<DeviceId[]> {
  const { rows } = await tx.execute<{ id: DeviceId }>(sql`
    select d.id from devices d where d.device_no = any (${numbers(deviceNos)}) order by d.id for no key update`);
  return rows.map((row) => row.id);
}

const numbers = (list: readonly number[]): SQL =>
  sql`array(select jsonb_array_elements_text(${JSON.stringify(list)}::jsonb)::int)`;

/** Asks every group of every device, each device alone; a device that is gone is in none. */
async function look(
  { queries }: MembershipDeps,
  tx: Tx,
  { deviceNos, groups }: { readonly deviceNos: readonly number[]; readonly groups: readonly SmartGroup[] },
): Promise<Looked[]> {
  const holds = groups.map(({ plan }) => sql`(${queries.conditionOf(plan)}) is true`);
  const moments = groups.flatMap(({ plan }) => queries.momentOf(plan) ?? []);
  const due = moments.length === 0 ? sql`null` : sql`least(${sql.join(moments, sql`, `)})`;
  const { rows } = await tx.execute<Looked>(sql`
    select d.id, d.device_no as "deviceNo", array[${sql.join(holds, sql`, `)}] as holds,
      to_char(${due} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "dueAt"
    from muster.device_list d where d.device_no = any (${numbers(deviceNos)})`);
  return rows;
}

type Change = { readonly entered: Pair[]; readonly left: Pair[] };

function compare(
  ids: readonly DeviceId[],
  groups: readonly SmartGroup[],
  { looked, members }: { readonly looked: readonly Looked[]; readonly members: readonly Pair[] },
): Change {
  const nameOf = ({ deviceId, groupId }: Pair) => `${deviceId} ${groupId}`;
  const was = new Set(members.map(nameOf));
  const holds = new Map(looked.map((row) => [row.id, row.holds]));
  const change: Change = { entered: [], left: [] };
  for (const deviceId of ids) {
    groups.forEach((group, at) => {
      const pair = { deviceId, groupId: group.id };
      const isIn = holds.get(deviceId)?.[at] ?? false;
      if (isIn && !was.has(nameOf(pair))) change.entered.push(pair);
      if (!isIn && was.has(nameOf(pair))) change.left.push(pair);
    });
  }
  return change;
}

async function announce(
  { events }: MembershipDeps,
  tx: Tx,
  orgId: OrgId,
  { groups, entered, left }: Change & { readonly groups: readonly SmartGroup[] },
): Promise<void> {
  const names = new Map<GroupId, string>(groups.map(({ id, name }) => [id, name]));
  const told = (type: 'device.group_entered' | 'device.group_left') => (pair: Pair) => ({
    type,
    orgId,
    subjectId: pair.deviceId,
    payload: { groupId: pair.groupId, group: names.get(pair.groupId) ?? '' },
  });
  const all = [...entered.map(told('device.group_entered')), ...left.map(told('device.group_left'))];
  if (all.length > 0) await events.appendMany(tx, all);
}
