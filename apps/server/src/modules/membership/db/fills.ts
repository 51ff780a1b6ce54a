import type { GroupId, OrgId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import type { Tx } from '../../../platform/db/index.ts';

/** Groups of one organisation that are to look at the same devices next, those after a number. */
export type Fill = {
  readonly orgId: OrgId;
  readonly after: number;
  readonly groups: readonly { readonly id: GroupId; readonly query: string }[];
};

/** Begins to fill a group, from the first device on, unless its query has become another one. */
export async function beginFill(tx: Tx, groupId: GroupId, query: string): Promise<void> {
  await tx.execute(sql`
    with begun as (
      update groups set queued_query = ${query} where id = ${groupId} and query = ${query} returning id)
    insert into membership_fills (group_id, query) select id, ${query} from begun
    on conflict (group_id) do update set query = excluded.query, filled_to = 0`);
}

/** The groups that have looked at the fewest devices; none: every group is full. */
export async function nextFill(tx: Tx, mostGroups: number): Promise<Fill | undefined> {
  const { rows } = await tx.execute<{ id: GroupId; orgId: OrgId; query: string; after: number }>(sql`
    with least as (
      select g.org_id, f.filled_to from membership_fills f join groups g on g.id = f.group_id
      order by f.filled_to limit 1)
    select f.group_id as id, g.org_id as "orgId", f.query, f.filled_to as after
    from least l join membership_fills f on f.filled_to = l.filled_to
      join groups g on g.id = f.group_id and g.org_id = l.org_id
    order by f.group_id limit ${mostGroups}`);
  const [first] = rows;
  return first && { orgId: first.orgId, after: first.after, groups: rows };
}

/** The numbers of the organisation's next devices. */
export async function devicesAfter(tx: Tx, { orgId, after }: Fill, most: number): Promise<number[]> {
  const { rows } = await tx.execute<{ no: number }>(sql`
    select device_no as no from devices
    where org_id = ${orgId} and device_no > ${after} and deleted_at is null order by device_no limit ${most}`);
  return rows.map((row) => row.no);
}

/** Remembers how far a fill has come, for those groups whose query is still the same. */
export async function advanceFill(tx: Tx, { groups }: Fill, filledTo: number): Promise<void> {
  await tx.execute(sql`
    update membership_fills f set filled_to = ${filledTo} from ${listed(groups)}
    where f.group_id = n.id and f.query = n.query`);
}

/** Ends a fill. The members of those groups that looked at every device stand for the query, unless it changed. */
export async function endFill(tx: Tx, { groups }: Fill, full: Fill['groups']): Promise<void> {
  await tx.execute(sql`
    update groups g set settled_query = n.query from ${listed(full)}
    where g.id = n.id and g.query = n.query and g.queued_query = n.query`);
  await tx.execute(sql`
    delete from membership_fills f using ${listed(groups)} where f.group_id = n.id and f.query = n.query`);
}

const listed = (groups: Fill['groups']) =>
  sql`jsonb_to_recordset(${JSON.stringify(groups.map(({ id, query }) => ({ id, query })))}::jsonb) as n (id uuid, query text)`;
