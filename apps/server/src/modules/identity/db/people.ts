import type { UserId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import type { Scope } from '../../../platform/actor.ts';
import type { Tx } from '../../../platform/db/index.ts';
import { isVisible } from '../../access/index.ts';

/** A person as lists show them; times are ISO 8601. */
export type PersonRow = {
  readonly id: UserId;
  readonly email: string;
  readonly name: string;
  readonly state: 'invited' | 'active' | 'disabled';
  readonly createdAt: string;
  readonly lastSeenAt: string | null;
};

export type PeoplePage = {
  readonly search: string;
  readonly after: string | undefined;
  readonly limit: number;
};

/** Living people whom the scope shows, oldest first. */
export async function listPeople(tx: Tx, scope: Scope, page: PeoplePage): Promise<PersonRow[]> {
  return read(tx, scope, sql`${matches(page.search)} and u.id > ${page.after ?? NIL}::uuid`, page.limit);
}

/** One living person whom the scope shows. */
export async function findPerson(tx: Tx, scope: Scope, id: UserId): Promise<PersonRow | undefined> {
  return (await read(tx, scope, sql`u.id = ${id}::uuid`, 1))[0];
}

/** How many match in all. */
export async function countPeople(tx: Tx, scope: Scope, search: string): Promise<number> {
  const { rows } = await tx.execute<{ count: number }>(sql`
    select count(*)::int as count from users u where u.deleted_at is null and ${isShown(scope)} and ${matches(search)}`);
  return rows[0]?.count ?? 0;
}

const NIL = '00000000-0000-0000-0000-000000000000';
const instant = (column: string) =>
  sql.raw(`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);

async function read(
  tx: Tx,
  scope: Scope,
  which: ReturnType<typeof sql>,
  limit: number,
): Promise<PersonRow[]> {
  const { rows } = await tx.execute<PersonRow>(sql`
    select u.id, u.email, u.name, ${instant('u.created_at')} as "createdAt",
      case when u.disabled_at is not null then 'disabled' when u.password_hash is null and not exists (select from provider_identities i
        where i.user_id = u.id) then 'invited' else 'active' end as state,
      (select ${instant('max(s.seen_at)')} from sessions s where s.user_id = u.id) as "lastSeenAt"
    from users u where u.deleted_at is null and ${isShown(scope)} and ${which}
    order by u.id limit ${limit}`);
  return rows;
}

function isShown(scope: Scope) {
  if (scope.everywhere) return sql`true`;
  return sql`exists (select from grants g where g.user_id = u.id and ${isVisible(scope)})`;
}

/** Plain text in name or address; nothing in it is a pattern. */
function matches(search: string) {
  const wanted = search.trim().toLowerCase();
  return wanted === '' ? sql`true` : sql`position(${wanted} in lower(u.name || ' ' || u.email)) > 0`;
}
