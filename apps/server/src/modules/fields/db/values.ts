import type { CustomValue, FieldPlaceKind, OrgId, SiteId } from '@muster/contracts';
import { type SQL, sql } from 'drizzle-orm';
import { type Scope, wholeOrgs } from '../../../platform/actor.ts';
import { deviceInScope, siteInScope, type Tx, uuids } from '../../../platform/db/index.ts';
import type { StoredValue } from '../domain/custom-value.ts';
import type { DefinitionRow } from './definitions.ts';

/** A place with those above it. */
export type PlaceRow = {
  readonly kind: FieldPlaceKind;
  readonly placeId: string;
  readonly placeName: string;
  readonly orgId: OrgId;
  readonly orgName: string;
  readonly siteId: SiteId | null;
  readonly siteName: string | null;
};

/** Of several values of a field the one with the highest level holds. */
export const LEVELS = { default: 0, organisation: 1, site: 2, device: 3 } as const;

/** A living place in scope. Reading an organisation takes a part of it, changing it the whole. */
export async function findPlace(
  tx: Tx,
  scope: Scope,
  {
    kind,
    placeId,
    whole,
  }: { readonly kind: FieldPlaceKind; readonly placeId: string; readonly whole: boolean },
): Promise<PlaceRow | undefined> {
  const { rows } = await tx.execute<Omit<PlaceRow, 'kind'>>(PLACES[kind](scope, placeId, whole));
  return rows[0] && { ...rows[0], kind };
}

const PLACES: Readonly<Record<FieldPlaceKind, (scope: Scope, id: string, whole: boolean) => SQL>> = {
  organisation: (scope, id, whole) => sql`
    select o.id as "placeId", o.name as "placeName", o.id as "orgId", o.name as "orgName",
      null as "siteId", null as "siteName"
    from organisations o where o.id = ${id}::uuid and o.deleted_at is null
      and o.id = any (${uuids(whole ? wholeOrgs(scope) : scope.orgIds)})`,
  site: (scope, id) => sql`
    select s.id as "placeId", s.name as "placeName", o.id as "orgId", o.name as "orgName", s.id as "siteId",
      s.name as "siteName"
    from sites s join organisations o on o.id = s.org_id
    where s.id = ${id}::uuid and s.deleted_at is null and ${siteInScope(scope, sql`s.org_id`, sql`s.id`)}`,
  device: (scope, id) => sql`
    select d.id as "placeId", coalesce(d.display_name, d.hostname) as "placeName", o.id as "orgId", o.name as "orgName",
      s.id as "siteId", s.name as "siteName"
    from devices d join organisations o on o.id = d.org_id join sites s on s.id = d.site_id
    where d.id = ${id}::uuid and d.deleted_at is null and ${deviceInScope(scope)}`,
};

/** A value where it was set. */
export type ValueRow = { readonly key: string; readonly level: number; readonly value: CustomValue };

/** What is set at the place and above it. */
export async function readValues(tx: Tx, place: PlaceRow): Promise<ValueRow[]> {
  const places = [place.placeId, ...(place.siteId ? [place.siteId] : []), place.orgId];
  const { rows } = await tx.execute<ValueRow>(sql`
    select key, level, value from custom_values where place_id = any (${uuids(places)}) order by key, level desc`);
  return rows;
}

/** Until the transaction ends nobody else changes what is set at the place. */
export async function takeTurn(tx: Tx, placeId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`custom ${placeId}`}, 0))`);
}

export type NewValue = { readonly field: DefinitionRow; readonly stored: StoredValue };
export type At = { readonly orgId: OrgId; readonly placeId: string; readonly level: number };

/** Sets values at one place, in one statement. */
export async function writeValues(tx: Tx, at: At, values: readonly NewValue[]): Promise<void> {
  if (values.length === 0) return;
  const rows = values.map(({ field, stored }) => ({ ...stored, fieldId: field.id, key: field.key }));
  await tx.execute(sql`
    insert into custom_values (org_id, place_id, level, field_id, key, value, text, number, at, flag, address, sort_key)
    select ${at.orgId}::uuid, ${at.placeId}::uuid, ${at.level}::smallint, n."fieldId", n.key, n.value, n.text, n.number,
      n.at, n.flag, n.address, n."sortKey"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as n ("fieldId" uuid, key text, value jsonb, text text,
      number float8, at timestamptz, flag boolean, address inet, "sortKey" text)
    on conflict (place_id, key, level) do update set value = excluded.value, text = excluded.text,
      number = excluded.number, at = excluded.at, flag = excluded.flag, address = excluded.address,
      sort_key = excluded.sort_key`);
}

/** Takes values away at one place. */
export async function deleteValues(tx: Tx, at: At, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await tx.execute(sql`
    delete from custom_values where place_id = ${at.placeId}::uuid and level = ${at.level}
      and key = any (array(select jsonb_array_elements_text(${JSON.stringify(keys)}::jsonb)))`);
}

/** Values of a field, each once, that are set anywhere. */
export async function readUsedTexts(tx: Tx, fieldId: string): Promise<string[]> {
  const { rows } = await tx.execute<{ text: string }>(
    sql`select distinct text from custom_values where field_id = ${fieldId}::uuid`,
  );
  return rows.map((row) => row.text);
}
