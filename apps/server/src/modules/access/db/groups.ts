import type { DeviceId, GroupDevice, GroupId, OrgId } from '@muster/contracts';
import { eq, type SQL, sql } from 'drizzle-orm';
import { type Scope, wholeOrgs } from '../../../platform/actor.ts';
import { deviceInScope, type Tx, uuids } from '../../../platform/db/index.ts';
import { groups } from './tables.ts';

/** A group; one with a query is smart. */
export type GroupRow = {
  readonly id: GroupId;
  readonly orgId: OrgId;
  readonly parentId: GroupId | null;
  readonly name: string;
  readonly description: string;
  readonly query: string | null;
  readonly priority: number;
  /** The members are those of the query. */
  readonly settled: boolean;
  readonly version: number;
  readonly devices: number;
};

/** Groups of the scope by name: all of whole organisations, else those that a grant names. */
export function listGroups(tx: Tx, scope: Scope): Promise<GroupRow[]> {
  return read(tx, scope, sql`true`);
}

/** One group in scope. */
export async function findGroup(tx: Tx, scope: Scope, id: GroupId): Promise<GroupRow | undefined> {
  return (await read(tx, scope, sql`g.id = ${id}::uuid`))[0];
}

async function read(tx: Tx, scope: Scope, which: SQL): Promise<GroupRow[]> {
  const named = scope.deviceId ? [] : (scope.only?.groupIds ?? []);
  const { rows } = await tx.execute<GroupRow>(sql`
    select g.id, g.org_id as "orgId", g.parent_id as "parentId", g.name, g.description, g.version,
      g.query, g.priority, g.query is not distinct from g.settled_query or g.query is null as settled,
      coalesce(s.devices, 0) as devices
    from groups g left join group_sizes s on s.group_id = g.id where g.deleted_at is null and ${which}
      and (g.org_id = any (${uuids(wholeOrgs(scope))}) or g.id = any (${uuids(named)}))
    order by lower(g.name), g.id`);
  return rows;
}

/** Adds a group. */
export async function insertGroup(
  tx: Tx,
  group: Pick<GroupRow, 'id' | 'orgId' | 'parentId' | 'name' | 'description' | 'query' | 'priority'>,
): Promise<void> {
  await tx.insert(groups).values(group);
}

/** Stores what people can change of a group; the version rises. */
export async function writeGroup(
  tx: Tx,
  id: GroupId,
  change: Pick<GroupRow, 'parentId' | 'name' | 'description' | 'query' | 'priority'>,
): Promise<void> {
  await tx
    .update(groups)
    .set({ ...change, version: sql`${groups.version} + 1` })
    .where(eq(groups.id, id));
}

/** Whether `inner` is the group `outer` or lies inside it. */
export async function liesWithin(tx: Tx, outer: GroupId, inner: GroupId): Promise<boolean> {
  const { rows } = await tx.execute<{ within: boolean }>(
    sql`select ${inner}::uuid = any (muster.groups_within(array[${outer}::uuid])) as within`,
  );
  return rows[0]?.within ?? false;
}

/** How many grants and groups stand on a group. */
export async function countDependants(tx: Tx, id: GroupId): Promise<number> {
  const { rows } = await tx.execute<{ count: number }>(sql`
    select ((select count(*) from grants where group_id = ${id}::uuid)
      + (select count(*) from groups where parent_id = ${id}::uuid and deleted_at is null))::int as count`);
  return rows[0]?.count ?? 0;
}

/** Removes a group; its devices stay what they are. */
export async function removeGroupRow(tx: Tx, id: GroupId): Promise<void> {
  await tx.execute(sql`delete from group_devices where group_id = ${id}::uuid`);
  await tx.update(groups).set({ deletedAt: sql`now()` }).where(eq(groups.id, id));
}

/** Puts devices of the group's own organisation into it; returns how many of them exist. */
export async function insertMembers(tx: Tx, group: GroupRow, ids: readonly DeviceId[]): Promise<number> {
  const { rows } = await tx.execute<{ found: number }>(sql`
    with found as (select d.id from devices d where d.id = any (${uuids(ids)}) and d.org_id = ${group.orgId}::uuid and d.deleted_at is null),
      added as (insert into group_devices (group_id, device_id, org_id)
        select ${group.id}::uuid, id, ${group.orgId}::uuid from found on conflict do nothing)
    select count(*)::int as found from found`);
  return rows[0]?.found ?? 0;
}

/** Takes devices out of a group. */
export async function deleteMembers(tx: Tx, group: GroupRow, ids: readonly DeviceId[]): Promise<void> {
  await tx.execute(
    sql`delete from group_devices where group_id = ${group.id}::uuid and device_id = any (${uuids(ids)})`,
  );
}

/** Members of a group in scope by id, after `after`. */
export async function listMembers(
  tx: Tx,
  scope: Scope,
  page: { readonly groupId: GroupId; readonly after: string | undefined; readonly limit: number },
): Promise<GroupDevice[]> {
  const { rows } = await tx.execute<GroupDevice>(sql`
    select d.id, coalesce(d.display_name, d.hostname) as name, d.lifecycle, d.presence
    from (select device_id, group_id from group_devices union all select device_id, group_id from smart_members) m
      join muster.device_list d on d.id = m.device_id
    where m.group_id = ${page.groupId}::uuid and ${deviceInScope(scope)}
      and d.id > ${page.after ?? '00000000-0000-0000-0000-000000000000'}::uuid
    order by d.id limit ${page.limit}`);
  return rows;
}
