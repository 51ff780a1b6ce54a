import type { PolicyPlaceKind } from '@muster/contracts';
import type { PolicyValues } from '@muster/contracts/policies';
import { type SQL, sql } from 'drizzle-orm';
import type { Scope } from '../../../platform/actor.ts';
import type { Tx } from '../../../platform/db/index.ts';
import { newId } from '../../../platform/new-id.ts';
import { type PlaceRow, placesSql } from './places.ts';

/** A policy with its place. */
export type PolicyRow = PlaceRow & { readonly fields: PolicyValues; readonly version: number };

/** Columns of a policy's place; at most one of the last three is set. */
export function placeColumns({ kind, placeId }: Pick<PlaceRow, 'kind' | 'placeId'>): SQL {
  const at = (of: PolicyPlaceKind) => sql`${kind === of ? placeId : null}::uuid`;
  return sql`${at('site')}, ${at('group')}, ${at('device')}`;
}

/** Condition on `policies p`: it is the one of this place. */
export function isOfPlace(place: Pick<PlaceRow, 'orgId' | 'kind' | 'placeId'>): SQL {
  return sql`(p.org_id, p.site_id, p.group_id, p.device_id) is not distinct from (${place.orgId}::uuid, ${placeColumns(place)})`;
}

/** The policies in scope that set something, by place. */
export async function listPolicies(tx: Tx, scope: Scope): Promise<PolicyRow[]> {
  const { rows } = await tx.execute<PolicyRow>(sql`
    select x.*, p.fields, p.version from policies p join (${placesSql(scope)}) x
      on x."placeId" = coalesce(p.site_id, p.group_id, p.device_id, p.org_id)
    where p.fields <> '{}'
    order by array_position(array['organisation', 'site', 'group', 'device'], x.kind), x.priority desc,
      lower(x."placeName"), x."placeId"`);
  return rows;
}

/** What a place's policy says; nothing, at version 0, where there is none. */
export async function readPolicy(tx: Tx, place: PlaceRow): Promise<PolicyRow> {
  const { rows } = await tx.execute<Pick<PolicyRow, 'fields' | 'version'>>(
    sql`select p.fields, p.version from policies p where ${isOfPlace(place)}`,
  );
  return { ...place, ...(rows[0] ?? { fields: {}, version: 0 }) };
}

/** The same, locked until the transaction ends. */
export async function lockPolicy(tx: Tx, place: PlaceRow): Promise<PolicyRow> {
  await tx.execute(sql`
    insert into policies (id, org_id, site_id, group_id, device_id)
    values (${newId<string>()}, ${place.orgId}, ${placeColumns(place)}) on conflict do nothing`);
  await tx.execute(sql`select from policies p where ${isOfPlace(place)} for update`);
  return readPolicy(tx, place);
}

/** Stores what a policy sets. */
export async function writePolicy(tx: Tx, place: PlaceRow, fields: PolicyValues): Promise<void> {
  await tx.execute(sql`
    update policies p set fields = ${JSON.stringify(fields)}::jsonb, version = p.version + 1 where ${isOfPlace(place)}`);
}

/** A policy that reaches a device. */
export type SourceRow = PlaceRow & { readonly fields: PolicyValues };

/** The policies that reach one device. It must be in the caller's scope. */
export async function readSources(tx: Tx, deviceId: string): Promise<SourceRow[]> {
  const { rows } = await tx.execute<SourceRow>(sql`
    with d as (select * from devices where id = ${deviceId}::uuid)
    select p.org_id as "orgId", 'organisation' as kind, o.id as "placeId", o.name as "placeName",
      null::int as priority, p.fields
    from d join policies p on p.org_id = d.org_id and num_nonnulls(p.site_id, p.group_id, p.device_id) = 0
      join organisations o on o.id = d.org_id
    union all
    select p.org_id, 'site', s.id, s.name, null, p.fields
    from d join policies p on p.site_id = d.site_id join sites s on s.id = d.site_id
    union all
    select p.org_id, 'group', g.id, g.name, g.priority, p.fields
    from d join policies p on p.org_id = d.org_id and p.group_id is not null
      join groups g on g.id = p.group_id and g.deleted_at is null
    where exists (select from (select device_id, group_id from group_devices
        union all select device_id, group_id from smart_members) m
      where m.device_id = d.id and m.group_id = any (muster.groups_within(array[g.id])))
    union all
    select p.org_id, 'device', d.id, coalesce(d.display_name, d.hostname), null, p.fields
    from d join policies p on p.device_id = d.id`);
  return rows;
}

/** What is stored as holding for a device. */
export async function readStored(tx: Tx, deviceId: string): Promise<PolicyValues> {
  const { rows } = await tx.execute<{ fields: PolicyValues | null }>(
    sql`select fields from muster.policy_of(${deviceId}::uuid)`,
  );
  return rows[0]?.fields ?? {};
}

/** Keeps policies on groups and the queries of groups of an organisation from changing at once. */
export async function lockGroupPolicies(tx: Tx, orgId: string): Promise<void> {
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${`muster group policies ${orgId}`}, 0))`,
  );
}
