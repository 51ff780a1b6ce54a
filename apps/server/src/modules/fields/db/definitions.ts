import type { CustomField, FieldId, OrgId } from '@muster/contracts';
import { type SQL, sql } from 'drizzle-orm';
import { type Scope, wholeOrgs } from '../../../platform/actor.ts';
import { type Tx, uuids } from '../../../platform/db/index.ts';
import { etagOf } from '../../../platform/http/index.ts';

/** A definition with its version. */
export type DefinitionRow = Omit<CustomField, 'etag'> & { readonly version: number };

const SELECTED = sql`
  select f.id, f.org_id as "orgId", f.key, f.title, f.description, f.kind, f.choices, f.applies_to as "appliesTo",
    f.set_by as "setBy", f.version, v.value as "byDefault"
  from custom_fields f left join custom_values v on v.place_id = f.org_id and v.key = f.key and v.level = 0`;

/** Every definition of the installation. For muster_system. */
export async function readAllDefinitions(tx: Tx): Promise<CustomField[]> {
  return (await read(tx, sql`true`)).map(toCustomField);
}

/** Definitions of the organisations in scope, by title; also for who sees only a part of one. */
export function listDefinitions(tx: Tx, scope: Scope, orgId?: OrgId): Promise<DefinitionRow[]> {
  const one = orgId ? sql`f.org_id = ${orgId}::uuid` : sql`true`;
  return read(tx, sql`f.org_id = any (${uuids(scope.orgIds)}) and ${one}`);
}

/** One definition of an organisation that is open as a whole, locked. */
export async function lockDefinition(tx: Tx, scope: Scope, id: FieldId): Promise<DefinitionRow | undefined> {
  await tx.execute(sql`select from custom_fields where id = ${id}::uuid for update`);
  return (await read(tx, sql`f.id = ${id}::uuid and f.org_id = any (${uuids(wholeOrgs(scope))})`))[0];
}

async function read(tx: Tx, which: SQL): Promise<DefinitionRow[]> {
  const { rows } = await tx.execute<DefinitionRow>(
    sql`${SELECTED} where ${which} order by lower(f.title), f.key, f.id`,
  );
  return rows;
}

/** Adds a definition, without its default. */
export async function insertDefinition(
  tx: Tx,
  row: Omit<DefinitionRow, 'version' | 'byDefault'>,
): Promise<void> {
  await tx.execute(sql`
    insert into custom_fields (id, org_id, key, title, description, kind, choices, applies_to, set_by)
    values (${row.id}, ${row.orgId}, ${row.key}, ${row.title}, ${row.description}, ${row.kind}, ${texts(row.choices)},
      ${texts(row.appliesTo)}, ${row.setBy})`);
}

/** Stores what can change of a definition; the version rises. */
export async function writeDefinition(tx: Tx, row: DefinitionRow): Promise<void> {
  await tx.execute(sql`
    update custom_fields set title = ${row.title}, description = ${row.description}, choices = ${texts(row.choices)},
      applies_to = ${texts(row.appliesTo)}, set_by = ${row.setBy}, version = version + 1
    where id = ${row.id}`);
}

/** Removes a definition and every value of it. */
export async function deleteDefinition(tx: Tx, id: FieldId): Promise<void> {
  await tx.execute(sql`delete from custom_values where field_id = ${id}`);
  await tx.execute(sql`delete from custom_fields where id = ${id}`);
}

function texts(list: readonly string[]): SQL {
  return sql`array(select jsonb_array_elements_text(${JSON.stringify(list)}::jsonb))`;
}

/** A row in the contract's shape. */
export function toCustomField({ version, ...row }: DefinitionRow): CustomField {
  return { ...row, etag: etagOf(version) };
}
