import type { GroupId, OrgId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import { type Tx, uuids } from '../../../platform/db/index.ts';

/** A change of a smart group's tags, with how far it has come. */
export type Retag = {
  readonly groupId: GroupId;
  readonly groupName: string;
  readonly orgId: OrgId;
  readonly asked: number;
  readonly lookedTo: string | null;
  readonly looked: number;
  readonly changed: number;
};

/** The change that waited longest, or that of one group; undefined where none is open. */
export async function findOpen(tx: Tx, groupId?: GroupId): Promise<Retag | undefined> {
  const { rows } = await tx.execute<Retag>(sql`
    select r.group_id as "groupId", g.name as "groupName", r.org_id as "orgId", r.asked, r.looked_to as "lookedTo",
      r.looked, r.changed
    from group_retags r join groups g on g.id = r.group_id
    where r.finished_at is null ${groupId ? sql`and r.group_id = ${groupId}` : sql``}
    order by r.asked_at, r.group_id limit 1`);
  return rows[0];
}

/**
 * Waits for whoever put devices into the group before the change was committed, and did not see it. To be committed before
 * any device is locked: they hold devices.
 */
export async function awaitEntering(tx: Tx, groupId: GroupId): Promise<void> {
  await tx.execute(sql`select from groups where id = ${groupId} for update`);
}

/** Takes the workers' place until the transaction ends; several would do the same pages. */
export async function takeTurn(tx: Tx): Promise<boolean> {
  const { rows } = await tx.execute<{ taken: boolean }>(
    sql`select pg_try_advisory_xact_lock(hashtextextended('muster tags', 0)) as taken`,
  );
  return rows[0]?.taken ?? false;
}

/** Works out the tags of the next members of its group. */
export async function retagNext(
  tx: Tx,
  { groupId, lookedTo }: Retag,
  most: number,
): Promise<{ lookedTo: string | undefined; looked: number; changed: number }> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    select device_id as id from smart_members where group_id = ${groupId}
      and device_id > coalesce(${lookedTo}::uuid, '00000000-0000-0000-0000-000000000000')
    order by device_id limit ${most}`);
  const ids = rows.map(({ id }) => id);
  const found = await tx.execute<{ changed: number }>(sql`select muster.rule_tags(${uuids(ids)}) as changed`);
  return { lookedTo: ids.at(-1), looked: ids.length, changed: found.rows[0]?.changed ?? 0 };
}

/**
 * Remembers how far it has come; false where the change is another one by now, or somebody else was faster. After the
 * devices, so that who changes the group never waits for who holds a device.
 */
export async function advanceRetag(
  tx: Tx,
  { groupId, asked, lookedTo }: Retag,
  page: { readonly lookedTo: string | undefined; readonly looked: number; readonly changed: number },
  isLast: boolean,
): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    update group_retags set looked_to = coalesce(${page.lookedTo ?? null}::uuid, looked_to),
      looked = looked + ${page.looked}, changed = changed + ${page.changed},
      finished_at = case when ${isLast} then now() end
    where group_id = ${groupId} and asked = ${asked} and looked_to is not distinct from ${lookedTo}::uuid
      and finished_at is null`);
  return rowCount === 1;
}

/** Whether a group has more members than that. */
export async function hasMoreMembers(tx: Tx, groupId: GroupId, than: number): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    select from smart_members where group_id = ${groupId} offset ${than} limit 1`);
  return rows.length > 0;
}
