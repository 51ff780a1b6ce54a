import { afterAll, beforeAll, expect, test } from 'bun:test';
import { join } from 'node:path';
import { getTableName, is } from 'drizzle-orm';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { dumpSchema } from './platform/db/schema-dump.ts';
import { type TestDatabase, testDatabase } from './platform/db/testing.ts';

type Row = {
  name: string;
  comment: string | null;
  has_org: boolean;
  rls: boolean;
  forced: boolean;
  grants: string[] | null;
  policies: string[] | null;
};

let fixture: TestDatabase;
let tables: Row[];
let client: pg.Client;

beforeAll(async () => {
  fixture = await testDatabase();
  client = new pg.Client({ connectionString: fixture.url });
  await client.connect();
  await client.query('set search_path = public');
  const { rows } = await client.query<Row>(`
    select c.oid::regclass::text as name, obj_description(c.oid, 'pg_class') as comment,
      exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'org_id' and a.attnotnull) as has_org,
      c.relrowsecurity as rls, c.relforcerowsecurity as forced,
      (select array_agg(distinct g.grantee::regrole::text || ' ' || lower(g.privilege_type)) from aclexplode(c.relacl) g
        where g.grantee <> c.relowner) as grants,
      (select array_agg(pg_get_expr(p.polqual, p.polrelid)) from pg_policy p where p.polrelid = c.oid) as policies
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition and n.nspname in ('public', 'muster')`);
  tables = rows;
});
afterAll(async () => {
  await client.end();
  await fixture.drop();
});

/** `owned`, `bulk` or `installation`; there is no fourth. */
function classOf(table: Row): string {
  return /^(owned|bulk|installation): \S/.exec(table.comment ?? '')?.[1] ?? 'none';
}

function grantsTo(table: Row, role: string): string[] {
  return (table.grants ?? []).filter((grant) => grant.startsWith(`${role} `));
}

test('every table says which of the three classes it belongs to, and why', () => {
  expect(tables.length).toBeGreaterThan(8);
  expect(tables.filter((table) => classOf(table) === 'none').map((table) => table.name)).toEqual([]);
});

test('every owned table carries its organisation under forced row-level security', () => {
  const owned = tables.filter((table) => classOf(table) === 'owned');
  // An organisation is its own owner: its id is the organisation id.
  const withoutOwner = owned.filter((table) => !table.has_org && table.name !== 'organisations');
  const unguarded = owned.filter(
    (table) =>
      !table.rls || !table.forced || !table.policies?.every((policy) => policy.includes('muster.scope()')),
  );
  expect(withoutOwner.map((table) => table.name)).toEqual([]);
  expect(unguarded.map((table) => table.name)).toEqual([]);
});

test('no bulk table can be read or written by the application, and none has row-level security', () => {
  const bulk = tables.filter((table) => classOf(table) === 'bulk');
  const open = bulk.filter((table) => table.rls || table.has_org || grantsTo(table, 'muster_app').length > 0);
  expect(open.map((table) => table.name)).toEqual([]);
});

test('the role of bulk writes reaches nothing but bulk tables', () => {
  const reached = tables.filter(
    (table) => classOf(table) !== 'bulk' && grantsTo(table, 'muster_ingest').length > 0,
  );
  expect(reached.map((table) => table.name)).toEqual([]);
});

test('no installation table carries an organisation', () => {
  const wrong = tables.filter((table) => classOf(table) === 'installation' && table.has_org);
  expect(wrong.map((table) => table.name)).toEqual([]);
});

test('no function that runs with its owner’s rights is open to every role', async () => {
  const { rows } = await client.query<{ name: string }>(`
    select p.oid::regprocedure::text as name from pg_proc p
    where p.prosecdef and p.pronamespace in ('public'::regnamespace, 'muster'::regnamespace)
      and (p.proacl is null or exists (select from aclexplode(p.proacl) g where g.grantee = 0))`);
  expect(rows.map((row) => row.name)).toEqual([]);
});

test('SE-10: every key is a UUID or a number of ours, and every time is timestamptz', async () => {
  const { rows } = await client.query<{ at: string }>(`
    select format('%s.%s', c.oid::regclass, a.attname) as at from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0 and not a.attisdropped
      and c.relnamespace in ('public'::regnamespace, 'muster'::regnamespace)
      and (a.atttypid = 'timestamp'::regtype or (a.attname = 'id' and a.atttypid not in ('uuid'::regtype, 'int4'::regtype, 'int8'::regtype)))`);
  expect(rows.map((row) => row.at)).toEqual([]);
});

test('DT-10: every table that says when a row was changed has the trigger that keeps that true', async () => {
  const { rows } = await client.query<{ name: string; kept: boolean }>(`
    select c.oid::regclass::text as name, exists (select from pg_trigger t where t.tgrelid = c.oid
      and t.tgfoid = 'muster.touch'::regproc and t.tgenabled <> 'D' and t.tgtype & 23 = 19) as kept
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where a.attname = 'updated_at' and not a.attisdropped and c.relkind in ('r', 'p') and not c.relispartition
      and c.relnamespace in ('public'::regnamespace, 'muster'::regnamespace)`);
  expect(rows.map((row) => row.name)).toContain('devices');
  expect(rows.filter((row) => !row.kept).map((row) => row.name)).toEqual([]);
});

test('SE-10: organisations, sites and people are deleted by a date, and names become free again', async () => {
  for (const table of ['organisations', 'sites', 'users']) {
    const { rows } = await client.query<{ partial: string }>(
      `select pg_get_expr(indpred, indrelid) as partial from pg_index
       where indrelid = $1::regclass and indisunique and not indisprimary`,
      [table],
    );
    expect(rows.map((row) => row.partial)).toEqual(['(deleted_at IS NULL)']);
  }
});

test('the tables that modules declare are those that the migrations make', async () => {
  const declared: PgTable[] = [];
  for await (const path of new Bun.Glob('{modules,platform}/**/*.ts').scan({ cwd: import.meta.dir })) {
    if (path.includes('.test.') || path.includes('/testing/')) continue;
    const text = await Bun.file(join(import.meta.dir, path)).text();
    if (!text.includes('drizzle-orm/pg-core')) continue;
    const exported = (await import(join(import.meta.dir, path))) as Record<string, unknown>;
    declared.push(...Object.values(exported).filter((value) => is(value, PgTable)));
  }
  expect(declared.map(getTableName)).toContain('users');

  const differences: string[] = [];
  for (const table of declared) differences.push(...(await compare(table)));
  expect(differences).toEqual([]);
});

async function compare(table: PgTable): Promise<string[]> {
  const { name, schema, columns } = getTableConfig(table);
  const { rows } = await client.query<{ name: string; type: string; required: boolean }>(
    `select attname as name, format_type(atttypid, null) as type, attnotnull as required from pg_attribute
     where attrelid = to_regclass($1) and attnum > 0 and not attisdropped`,
    [`${schema ?? 'public'}.${name}`],
  );
  if (rows.length === 0) return [`${name} does not exist`];
  return columns.flatMap((column) => {
    const found = rows.find((row) => row.name === column.name);
    const type = column
      .getSQLType()
      .replace(/ *\(\d+\)/, '')
      .replace('serial', 'integer');
    if (!found) return [`${name}.${column.name} does not exist`];
    const wrong = [];
    if (found.type !== type) wrong.push(`${name}.${column.name} is ${found.type}, declared as ${type}`);
    if (found.required !== (column.notNull || column.primary))
      wrong.push(`${name}.${column.name} differs in not null`);
    return wrong;
  });
}

test('DT-7: the committed schema is what the migrations add up to', async () => {
  const committed = await Bun.file(join(import.meta.dir, '..', 'schema.gen.sql')).text();
  expect(await dumpSchema(fixture.url)).toBe(committed);
});
