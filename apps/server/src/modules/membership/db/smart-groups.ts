import type { GroupId, OrgId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import type { Tx } from '../../../platform/db/index.ts';

/** A smart group as it is kept. */
export type SmartGroupRow = {
  readonly id: GroupId;
  readonly orgId: OrgId;
  readonly name: string;
  readonly query: string;
  /** Keys of the tags that its members get. */
  readonly carries: readonly string[];
  /** The groups around it, static and smart: whoever is in it is in them. */
  readonly around: readonly { readonly id: GroupId; readonly name: string }[];
};

/** Every smart group of the installation, or of one organisation. For muster_system. */
export async function readSmartGroups(tx: Tx, orgId?: OrgId): Promise<SmartGroupRow[]> {
  const { rows } = await tx.execute<SmartGroupRow>(sql`
    select id, org_id as "orgId", name, query,
      array(select t.key from group_tags t where t.group_id = groups.id order by 1) as carries,
      coalesce((
        with recursive up as (
          select p.id, p.name, p.parent_id from groups p where p.id = groups.parent_id
          union all select p.id, p.name, p.parent_id from groups p join up on p.id = up.parent_id)
        select json_agg(json_build_object('id', up.id, 'name', up.name)) from up), '[]') as around
    from groups
    where query is not null and deleted_at is null and (${orgId ?? null}::uuid is null or org_id = ${orgId ?? null}::uuid)
    order by id`);
  return rows;
}

/** Who was where, of these devices and groups. */
export type Pair = { readonly deviceId: string; readonly groupId: GroupId };

export async function readMembers(
  tx: Tx,
  deviceIds: readonly string[],
  groupIds: readonly GroupId[],
): Promise<Pair[]> {
  const { rows } = await tx.execute<Pair>(sql`
    select device_id as "deviceId", group_id as "groupId" from smart_members
    where device_id = any (${list(deviceIds)}) and group_id = any (${list(groupIds)})`);
  return rows;
}

/** Writes who came and who went; returns nothing, because both were read under the devices' locks. */
export async function writeMembers(
  tx: Tx,
  orgId: OrgId,
  { entered, left }: { readonly entered: readonly Pair[]; readonly left: readonly Pair[] },
): Promise<void> {
  if (entered.length > 0) {
    await tx.execute(sql`
      insert into smart_members (device_id, group_id, org_id)
      select n."deviceId", n."groupId", ${orgId} from jsonb_to_recordset(${JSON.stringify(entered)}::jsonb)
        as n ("deviceId" uuid, "groupId" uuid)
      where exists (select from groups g where g.id = n."groupId" and g.deleted_at is null)
      on conflict do nothing`);
  }
  if (left.length > 0) {
    await tx.execute(sql`
      delete from smart_members m using jsonb_to_recordset(${JSON.stringify(left)}::jsonb) as n ("deviceId" uuid, "groupId" uuid)
      where m.device_id = n."deviceId" and m.group_id = n."groupId"`);
  }
}

/** Groups whose query is new, another one, or gone since it was last begun to be filled. */
export async function readUnqueued(tx: Tx): Promise<{ id: GroupId; query: string | null }[]> {
  const { rows } = await tx.execute<{ id: GroupId; query: string | null }>(sql`
    select id, case when deleted_at is null then query end as query from groups
    where query is distinct from queued_query or (deleted_at is not null and queued_query is not null)`);
  return rows;
}

/** Takes so many members out of a group that is gone; true once it is empty. */
export async function emptyGroup(tx: Tx, groupId: GroupId, most: number): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    delete from smart_members where group_id = ${groupId} and device_id = any (array(
      select device_id from smart_members where group_id = ${groupId} order by device_id limit ${most}))`);
  if (rowCount === most) return false;
  await tx.execute(sql`delete from membership_fills where group_id = ${groupId}`);
  await tx.execute(
    sql`update groups set queued_query = null, query = null, settled_query = null where id = ${groupId} and deleted_at is not null`,
  );
  return true;
}

const list = (ids: readonly string[]) =>
  sql`array(select jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb)::uuid)`;
