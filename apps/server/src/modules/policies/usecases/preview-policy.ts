import type { PolicyPreview } from '@muster/contracts';
import {
  type EffectiveValues,
  effectiveValues,
  type PolicyField,
  type PolicyValues,
} from '@muster/contracts/policies';
import { type SQL, sql } from 'drizzle-orm';
import { type Actor, requirePermission } from '../../../platform/actor.ts';
import type { Tx } from '../../../platform/db/index.ts';
import { effectiveSql } from '../db/effective.ts';
import type { PlaceRow } from '../db/places.ts';
import { isOfPlace, placeColumns } from '../db/policies.ts';
import type { PolicyDeps } from '../policy-deps.ts';
import { getPlace, type PlaceInput } from './places.ts';

const SHOWN = 50;

/** What would hold for which devices, were this the policy of the place. Changes nothing. */
export async function previewPolicy(
  deps: PolicyDeps,
  actor: Actor,
  input: PlaceInput & { readonly fields: PolicyValues },
): Promise<PolicyPreview> {
  const scope = requirePermission(actor, 'policies:manage');
  return deps.database.transaction(scope, async (tx) => {
    const place = await getPlace(tx, scope, { ...input, purpose: 'changing' });
    const found = await compare(tx, place, input.fields);
    return {
      devices: found.devices,
      changes: found.changes ?? [],
      sample: (found.sample ?? []).map(({ id, name, before, after }) => ({
        id,
        name,
        changes: changesOf(before, after),
      })),
    };
  });
}

type Found = {
  readonly devices: number;
  readonly changes: PolicyPreview['changes'] | null;
  readonly sample:
    | (Pick<PolicyPreview['sample'][number], 'id' | 'name'> & {
        readonly before: EffectiveValues;
        readonly after: EffectiveValues;
      })[]
    | null;
};

async function compare(tx: Tx, place: PlaceRow, fields: PolicyValues): Promise<Found> {
  const defaults = JSON.stringify(effectiveValues(null));
  const asked = reachedBy(place);
  const present = sql`select org_id, site_id, group_id, device_id, fields from policies where org_id = ${place.orgId}`;
  const wanted = sql`
    select p.org_id, p.site_id, p.group_id, p.device_id, p.fields from policies p
    where p.org_id = ${place.orgId} and not (${isOfPlace(place)})
    union all select ${place.orgId}::uuid, ${placeColumns(place)}, ${JSON.stringify(fields)}::jsonb`;
  const { rows } = await tx.execute<Found>(sql`
    with reached as materialized (${asked}),
    was as materialized (select * from ${effectiveSql(sql`select * from reached`, present)} x),
    becomes as materialized (select * from ${effectiveSql(sql`select * from reached`, wanted)} x),
    different as materialized (
      select r.id, ${defaults}::jsonb || coalesce(was.fields, '{}') as before,
        ${defaults}::jsonb || coalesce(becomes.fields, '{}') as after
      from reached r left join was on was.id = r.id left join becomes on becomes.id = r.id
      where ${defaults}::jsonb || coalesce(was.fields, '{}') <> ${defaults}::jsonb || coalesce(becomes.fields, '{}')
    )
    select (select count(*)::int from different) as devices,
      (select json_agg(c) from (
        select k as field, (d.before -> k)::int as before, (d.after -> k)::int as after, count(*)::int as devices
        from different d, jsonb_object_keys(d.after) k where d.before -> k <> d.after -> k
        group by 1, 2, 3 order by 4 desc, 1, 2, 3 limit 200) c) as changes,
      (select json_agg(s) from (
        select d.id, coalesce(d.display_name, d.hostname) as name, x.before, x.after
        from different x join devices d on d.id = x.id order by lower(coalesce(d.display_name, d.hostname)), d.id
        limit ${SHOWN}) s) as sample`);
  return rows[0] as Found;
}

/** The living devices that a policy of this place has a say about. */
function reachedBy({ kind, orgId, placeId }: PlaceRow): SQL {
  const where: Readonly<Record<PlaceRow['kind'], SQL>> = {
    organisation: sql`true`,
    site: sql`d.site_id = ${placeId}::uuid`,
    group: sql`d.id = any (muster.devices_inside(array[${placeId}::uuid]))`,
    device: sql`d.id = ${placeId}::uuid`,
  };
  return sql`select d.id, d.org_id, d.site_id from devices d
    where d.org_id = ${orgId} and d.deleted_at is null and ${where[kind]}`;
}

function changesOf(before: EffectiveValues, after: EffectiveValues) {
  return (Object.keys(after) as PolicyField[])
    .filter((field) => before[field] !== after[field])
    .map((field) => ({ field, before: before[field], after: after[field] }));
}
