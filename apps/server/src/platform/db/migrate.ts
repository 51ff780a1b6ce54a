import pg from 'pg';
import { OperatorError } from '../process/operator-error.ts';
import { type Migration, readMigrations } from './migration-files.ts';
import { ensureRoles } from './roles.ts';
import { compareVersions } from './semantic-version.ts';

export type MigrationReport = { readonly applied: readonly string[]; readonly current: number };

export type MigrateOptions = {
  readonly url: string;
  readonly appVersion: string;
  readonly migrations?: readonly Migration[];
  /** How long a migration waits for tables that others use, before it gives up and changes nothing. */
  readonly lockTimeoutMs?: number;
};

/** A database this server must not touch; the message is one sentence for the person at the console. */
class UnfitDatabaseError extends OperatorError {
  override readonly name = 'UnfitDatabaseError';
}

type Applied = { number: number; name: string; checksum: string; min_app_version: string };

const LOCK_TIMEOUT_MS = 5_000;
const MIN_POSTGRES = 180_000;
/** Any number, as long as it is always the same: one migrator at a time in a database. */
const MIGRATION_LOCK = 7_113_001;

/**
 * Brings the database to the newest migration. Each file is one transaction with a lock timeout, or, when it says so,
 * a series of statements that must each be repeatable. Refuses a database that is foreign, newer or tampered with.
 */
export async function migrate(options: MigrateOptions): Promise<MigrationReport> {
  const client = new pg.Client({ connectionString: options.url, application_name: 'muster migrations' });
  // A connection that dies fails the query that waits for it; without a listener it would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await refuseOldPostgres(client);
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await refuseForeignDatabase(client);
    await ensureRoles(client);
    // A login that happens to be called like one of our schemas must not change where things are made.
    await client.query('set role muster_owner; set search_path = public');
    await createLedger(client);
    return await applyMissing(client, options);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function refuseOldPostgres(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ number: number; text: string }>(
    "select current_setting('server_version_num')::int as number, current_setting('server_version') as text",
  );
  const found = rows[0];
  if (found && found.number < MIN_POSTGRES) {
    throw new UnfitDatabaseError(
      `Muster needs PostgreSQL 18 or newer; the database at --database-url runs ${found.text}.`,
    );
  }
}

/** Empty is fine, ours is fine; anything else belongs to somebody. The login itself may not look into our schema. */
async function refuseForeignDatabase(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string; relations: string; ours: boolean }>(`
    select current_database() as name,
      (select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname !~ '^(pg_|information_schema$)' and c.relkind in ('r', 'p', 'v', 'm', 'f')
          and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')) as relations,
      (select count(*) = 5 from pg_attribute
        where attrelid = (select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = 'muster' and c.relname = 'migrations') and attnum > 0
          and attname in ('number', 'name', 'checksum', 'applied_at', 'min_app_version')) as ours`);
  const found = rows[0];
  if (found && !found.ours && Number(found.relations) > 0) {
    throw new UnfitDatabaseError(
      `The database "${found.name}" is not empty and was not made by Muster; give Muster an empty database of its own.`,
    );
  }
}

async function createLedger(client: pg.Client): Promise<void> {
  await client.query(`
    begin;
    create schema if not exists muster;
    create table if not exists muster.migrations (
      number int primary key,
      name text not null,
      checksum text not null,
      applied_at timestamptz not null default now(),
      min_app_version text not null
    );
    comment on table muster.migrations is 'installation: which migrations this database has; needed before any scope exists';
    commit`);
}

async function applyMissing(client: pg.Client, options: MigrateOptions): Promise<MigrationReport> {
  const migrations = options.migrations ?? readMigrations();
  const { rows } = await client.query<Applied>(
    'select number, name, checksum, min_app_version from muster.migrations order by number',
  );
  refuseNewerDatabase(rows, options.appVersion);
  const applied = new Map(rows.map((row) => [row.number, row]));
  refuseChangedFiles(applied, migrations);
  const missing = migrations.filter((migration) => !applied.has(migration.number));
  for (const migration of missing) await apply(client, migration, options.lockTimeoutMs ?? LOCK_TIMEOUT_MS);
  return {
    applied: missing.map((migration) => migration.name),
    current: Math.max(0, ...applied.keys(), ...missing.map((migration) => migration.number)),
  };
}

function refuseNewerDatabase(applied: readonly Applied[], appVersion: string): void {
  const newer = applied.filter((row) => compareVersions(row.min_app_version, appVersion) > 0);
  const newest = newer.sort((a, b) => compareVersions(b.min_app_version, a.min_app_version))[0];
  if (newest) {
    throw new UnfitDatabaseError(
      `This database needs Muster ${newest.min_app_version} or newer; this is ${appVersion}. Start the newer version again.`,
    );
  }
}

function refuseChangedFiles(applied: ReadonlyMap<number, Applied>, migrations: readonly Migration[]): void {
  for (const migration of migrations) {
    const row = applied.get(migration.number);
    if (row && row.checksum !== migration.checksum) {
      throw new UnfitDatabaseError(
        `Migration ${migration.number} (${row.name}) is not the one that this database was made with; migrations never change after they ran.`,
      );
    }
  }
}

async function apply(client: pg.Client, migration: Migration, lockTimeoutMs: number): Promise<void> {
  const record = () =>
    client.query(
      'insert into muster.migrations (number, name, checksum, min_app_version) values ($1, $2, $3, $4)',
      [migration.number, migration.name, migration.checksum, migration.minAppVersion],
    );
  try {
    if (!migration.transactional) {
      for (const statement of splitStatements(migration.sql)) await client.query(statement);
      await record();
      return;
    }
    await client.query(`begin; set local lock_timeout = ${lockTimeoutMs}; set local statement_timeout = 0`);
    await client.query(migration.sql);
    await record();
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Migration ${migration.number} (${migration.name}) failed: ${reason}`, { cause: error });
  }
}

/** A statement of a no-transaction file ends with a semicolon at the end of a line; function bodies do not occur there. */
function splitStatements(text: string): string[] {
  return text
    .split(/;\s*$/m)
    .map((statement) => statement.replace(/^\s*--.*$/gm, '').trim())
    .filter((statement) => statement !== '');
}
