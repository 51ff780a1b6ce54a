import { afterEach, expect, test } from 'bun:test';
import pg from 'pg';
import { type MigrateOptions, migrate } from './migrate.ts';
import { type Migration, readMigrations } from './migration-files.ts';
import { dropTestDatabase, emptyTestDatabase } from './testing.ts';

const urls: string[] = [];
afterEach(async () => {
  for (const url of urls.splice(0)) await dropTestDatabase(url);
});

async function emptyDatabase(): Promise<string> {
  const url = await emptyTestDatabase();
  urls.push(url);
  return url;
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const result = await client.query<Record<string, unknown>>(text);
    return result.rows;
  } finally {
    await client.end();
  }
}

function aMigration(number: number, sql: string, more: Partial<Migration> = {}): Migration {
  const base = {
    name: `step_${number}`,
    checksum: `sum-${number}`,
    transactional: true,
    minAppVersion: '0.1.0',
  };
  return { number, sql, ...base, ...more };
}

function run(url: string, migrations: Migration[], more: Partial<MigrateOptions> = {}) {
  return migrate({ url, appVersion: '0.1.0', migrations, ...more });
}

test('DT-7: migrations run in order, once, and are written down with name, checksum and version', async () => {
  const url = await emptyDatabase();
  const migrations = [
    aMigration(1, 'create table a (id int)'),
    aMigration(2, 'alter table a add b text', { minAppVersion: '0.0.9' }),
  ];

  const first = await run(url, migrations);
  const second = await run(url, migrations);

  expect(first.applied).toEqual(['step_1', 'step_2']);
  expect(second).toEqual({ applied: [], current: 2 });
  const rows = await query(
    url,
    'select number, name, checksum, min_app_version, applied_at is not null as at from muster.migrations order by 1',
  );
  expect(rows).toEqual([
    { number: 1, name: 'step_1', checksum: 'sum-1', min_app_version: '0.1.0', at: true },
    { number: 2, name: 'step_2', checksum: 'sum-2', min_app_version: '0.0.9', at: true },
  ]);
});

test('DT-7: a migration that fails leaves nothing of itself, and the next start goes on from there', async () => {
  const url = await emptyDatabase();
  const broken = aMigration(2, 'create table half (id int); select 1/0');

  await expect(run(url, [aMigration(1, 'create table a (id int)'), broken])).rejects.toThrow(
    'Migration 2 (step_2) failed: division by zero',
  );
  const resumed = await run(url, [
    aMigration(1, 'create table a (id int)'),
    aMigration(2, 'create table half (id int)'),
  ]);

  expect(resumed.applied).toEqual(['step_2']);
});

test('DT-7: a migration that cannot run in a transaction is repeated whole after a failure', async () => {
  const url = await emptyDatabase();
  const index = aMigration(
    2,
    '-- muster: no-transaction\ncreate index concurrently if not exists a_id on a (id);\ncreate index concurrently if not exists a_x on a (x);',
    {
      transactional: false,
    },
  );
  await expect(run(url, [aMigration(1, 'create table a (id int)'), index])).rejects.toThrow(
    'column "x" does not exist',
  );
  await query(url, 'alter table a add x int');

  const resumed = await run(url, [aMigration(1, 'create table a (id int)'), index]);

  expect(resumed.applied).toEqual(['step_2']);
  expect(
    await query(url, "select count(*)::int as n from pg_index where indrelid = 'a'::regclass and indisvalid"),
  ).toEqual([{ n: 2 }]);
});

test('DT-7: a migration waits for a lock only so long', async () => {
  const url = await emptyDatabase();
  const first = aMigration(1, 'create table a (id int)');
  await run(url, [first]);
  const holder = new pg.Client({ connectionString: url });
  await holder.connect();
  await holder.query('begin; lock table a in access share mode');

  const second = aMigration(2, 'alter table a add b text');
  await expect(run(url, [first, second], { lockTimeoutMs: 200 })).rejects.toThrow('lock timeout');
  await holder.end();
  expect((await run(url, [first, second])).applied).toEqual(['step_2']);
});

test('DT-7: two servers that start at once migrate once', async () => {
  const url = await emptyDatabase();
  const migrations = [
    aMigration(1, 'create table a (id int); select pg_sleep(0.2)'),
    aMigration(2, 'create table b (id int)'),
  ];

  const reports = await Promise.all([run(url, migrations), run(url, migrations), run(url, migrations)]);

  expect(reports.map((report) => report.applied.length).sort()).toEqual([0, 0, 2]);
});

test('DT-7: a changed migration, a newer database and a foreign one are refused and left as they are', async () => {
  const url = await emptyDatabase();
  await run(url, [aMigration(1, 'create table a (id int)', { minAppVersion: '0.1.0' })]);

  await expect(
    run(url, [aMigration(1, 'create table a (id bigint)', { checksum: 'other' })]),
  ).rejects.toThrow('migrations never change after they ran');
  await query(url, "update muster.migrations set min_app_version = '0.10.0'");
  await expect(run(url, [], { appVersion: '0.9.9' })).rejects.toThrow(
    'This database needs Muster 0.10.0 or newer; this is 0.9.9.',
  );

  const foreign = await emptyDatabase();
  await query(foreign, 'create table migrations (id int, migration text); create table orders (id int)');
  await expect(run(foreign, [aMigration(1, 'create table a (id int)')])).rejects.toThrow(
    'was not made by Muster',
  );
  expect(
    await query(
      foreign,
      "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1",
    ),
  ).toEqual([{ relname: 'migrations' }, { relname: 'orders' }]);
});

test('DT-8: the committed migrations make one organisation and one site "main" in UTC, however often they run', async () => {
  const url = await emptyDatabase();

  for (let start = 0; start < 3; start++) await migrate({ url, appVersion: '9.0.0' });

  expect(
    await query(
      url,
      'select o.name as organisation, s.name as site, s.timezone from organisations o join sites s on s.org_id = o.id',
    ),
  ).toEqual([{ organisation: 'main', site: 'main', timezone: 'UTC' }]);
});

test('DT-7: the committed migrations carry rising numbers', () => {
  const numbers = readMigrations().map((migration) => migration.number);
  expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  expect(numbers[0]).toBe(1);
});
