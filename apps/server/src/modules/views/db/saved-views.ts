import type { OrgId, SavedView, UserId, ViewId } from '@muster/contracts';
import { type SQL, sql } from 'drizzle-orm';
import type { Scope } from '../../../platform/actor.ts';
import { refuseTakenName, type Tx, uuids } from '../../../platform/db/index.ts';

/** A view with its owner and version. */
export type ViewRow = Omit<SavedView, 'etag' | 'mayChange'> & {
  readonly ownerId: UserId;
  readonly version: number;
};

/** Whose views: one's own private ones, and those that are shared in the organisations in scope. */
const seenBy = (userId: UserId, scope: Scope): SQL =>
  sql`(case when v.org_id is null then v.owner_id = ${userId}::uuid else v.org_id = any (${uuids(scope.orgIds)}) end)`;

/** Every view that the person sees, by name. */
export function readViews(tx: Tx, userId: UserId, scope: Scope): Promise<ViewRow[]> {
  return read(tx, seenBy(userId, scope));
}

/** One view that the person sees, locked. */
export async function lockView(
  tx: Tx,
  userId: UserId,
  scope: Scope,
  id: ViewId,
): Promise<ViewRow | undefined> {
  await tx.execute(sql`select from saved_views where id = ${id}::uuid for update`);
  return (await read(tx, sql`v.id = ${id}::uuid and ${seenBy(userId, scope)}`))[0];
}

async function read(tx: Tx, which: SQL): Promise<ViewRow[]> {
  const { rows } = await tx.execute<ViewRow>(sql`
    select v.id, v.name, v.query, v.columns, v.sort, v.org_id as "orgId", o.name as "orgName", v.owner_id as "ownerId",
      v.version
    from saved_views v left join organisations o on o.id = v.org_id
    where ${which} order by lower(v.name), v.id`);
  return rows;
}

/** How many private views a person has, or an organisation shared ones; nobody else adds one until this commits. */
export async function countBeside(tx: Tx, userId: UserId, orgId: OrgId | null): Promise<number> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`views ${orgId ?? userId}`}, 0))`);
  const whose = orgId ? sql`org_id = ${orgId}::uuid` : sql`org_id is null and owner_id = ${userId}::uuid`;
  const { rows } = await tx.execute<{ count: number }>(
    sql`select count(*)::int as count from saved_views where ${whose}`,
  );
  return rows[0]?.count ?? 0;
}

/** Adds a view; throws conflict for a name that is taken beside it. */
export async function insertView(tx: Tx, row: Omit<ViewRow, 'version' | 'orgName'>): Promise<void> {
  await tx
    .execute(sql`
      insert into saved_views (id, org_id, owner_id, name, query, columns, sort)
      values (${row.id}, ${row.orgId}, ${row.ownerId}, ${row.name}, ${row.query}, ${texts(row.columns)}, ${row.sort})`)
    .catch(refuseSame(row));
}

/** Stores everything of a view; the version rises. */
export async function writeView(tx: Tx, row: ViewRow): Promise<void> {
  await tx
    .execute(sql`
      update saved_views set org_id = ${row.orgId}, owner_id = ${row.ownerId}, name = ${row.name}, query = ${row.query},
        columns = ${texts(row.columns)}, sort = ${row.sort}, version = version + 1
      where id = ${row.id}`)
    .catch(refuseSame(row));
}

/** Takes a view away. */
export async function deleteView(tx: Tx, id: ViewId): Promise<void> {
  await tx.execute(sql`delete from saved_views where id = ${id}`);
}

function texts(list: readonly string[]): SQL {
  return sql`array(select jsonb_array_elements_text(${JSON.stringify(list)}::jsonb))`;
}

function refuseSame({ name, orgId }: Pick<ViewRow, 'name' | 'orgId'>): (error: unknown) => never {
  return refuseTakenName(orgId ? 'The organisation has a shared view' : 'You have a private view', name);
}
