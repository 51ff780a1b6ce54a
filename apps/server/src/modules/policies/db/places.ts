import type { OrgId, PolicyPlaceKind } from '@muster/contracts';
import { type SQL, sql } from 'drizzle-orm';
import { type Scope, wholeOrgs } from '../../../platform/actor.ts';
import { deviceInScope, siteInScope, type Tx, uuids } from '../../../platform/db/index.ts';

/** Where a policy stands. */
export type PlaceRow = {
  readonly orgId: OrgId;
  readonly kind: PolicyPlaceKind;
  readonly placeId: string;
  readonly placeName: string;
  /** Of a group. */
  readonly priority: number | null;
};

/** What a place is looked up for: changing a group's policy takes its whole organisation, as changing the group does. */
export type Purpose = 'reading' | 'changing';

/** A living place in scope. */
export async function findPlace(
  tx: Tx,
  scope: Scope,
  wanted: { readonly kind: PolicyPlaceKind; readonly placeId: string; readonly purpose: Purpose },
): Promise<PlaceRow | undefined> {
  const { rows } = await tx.execute<Omit<PlaceRow, 'kind'>>(
    sql`select x.* from (${ONE_OF[wanted.kind](scope, wanted.purpose)}) x where x."placeId" = ${wanted.placeId}::uuid`,
  );
  return rows[0] && { ...rows[0], kind: wanted.kind };
}

const inWhole = (scope: Scope, orgId: SQL): SQL => sql`${orgId} = any (${uuids(wholeOrgs(scope))})`;

/** The living places of each kind in scope. */
const ONE_OF: Readonly<Record<PolicyPlaceKind, (scope: Scope, purpose: Purpose) => SQL>> = {
  organisation: (scope) => sql`
    select o.id as "orgId", o.id as "placeId", o.name as "placeName", null::int as priority
    from organisations o where o.deleted_at is null and ${inWhole(scope, sql`o.id`)}`,
  site: (scope) => sql`
    select s.org_id as "orgId", s.id as "placeId", s.name as "placeName", null::int as priority
    from sites s where s.deleted_at is null and ${siteInScope(scope, sql`s.org_id`, sql`s.id`)}`,
  group: (scope, purpose) => sql`
    select g.org_id as "orgId", g.id as "placeId", g.name as "placeName", g.priority
    from groups g where g.deleted_at is null and (${inWhole(scope, sql`g.org_id`)}
      or g.id = any (${uuids(purpose === 'reading' && !scope.deviceId ? (scope.only?.groupIds ?? []) : [])}))`,
  device: (scope) => sql`
    select d.org_id as "orgId", d.id as "placeId", coalesce(d.display_name, d.hostname) as "placeName", null::int as priority
    from devices d where d.deleted_at is null and ${deviceInScope(scope)}`,
};

/** Every place in scope with the policies that set something, as rows of `Policy` but for its etag. */
export function placesSql(scope: Scope): SQL {
  const kinds = Object.entries(ONE_OF).map(
    ([kind, of]) => sql`select ${kind} as kind, x.* from (${of(scope, 'reading')}) x`,
  );
  return sql.join(kinds, sql` union all `);
}
