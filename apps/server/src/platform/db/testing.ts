import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { createDatabase, type Database } from './database.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded/index.ts';
import { migrate } from './migrate.ts';
import { type Migration, readMigrations } from './migration-files.ts';

/** A database of one test file: migrated, empty but for the defaults, dropped by `drop`. */
export type TestDatabase = { readonly database: Database; readonly url: string; drop(): Promise<void> };

const TEMPLATE_LOCK = 7_113_002;
/** Newer than every released server, so that no migration is refused in tests. */
const TEST_APP_VERSION = '9999.0.0';
const FAST_SETTINGS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200'];

let cluster: Promise<string> | undefined;

/**
 * Clones the migrated template on the test PostgreSQL (MUSTER_TEST_DATABASE_URL, or one started for this process).
 * `numbers` picks migrations; without it the database has all of them.
 */
export async function testDatabase(numbers?: readonly number[]): Promise<TestDatabase> {
  const migrations = readMigrations().filter((migration) => numbers?.includes(migration.number) ?? true);
  const url = await emptyTestDatabase(await template(migrations));
  const database = createDatabase({
    url,
    onError: () => undefined,
    connections: { people: 5, agents: 5, ingest: 3 },
  });
  return {
    database,
    url,
    drop: async () => {
      await database.close();
      await dropTestDatabase(url);
    },
  };
}

/** A fresh database without any migration (or a clone of `templateName`); returns its URL. */
export async function emptyTestDatabase(templateName = 'template0'): Promise<string> {
  const name = `muster_test_${crypto.randomUUID().replaceAll('-', '')}`;
  await onServer((client) =>
    client.query(
      `create database ${name} template ${templateName} ${templateName === 'template0' ? "encoding 'UTF8' locale 'C'" : ''}`,
    ),
  );
  return withDatabase(await testServer(), name);
}

/** Removes a database made here, ending what is still connected to it. */
export async function dropTestDatabase(url: string): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  if (!name.startsWith('muster_test_')) throw new Error(`${name} is not a test database`);
  await onServer((client) => client.query(`drop database if exists ${name} with (force)`));
}

/** URL of the PostgreSQL for tests; its login may create databases and roles. */
function testServer(): Promise<string> {
  cluster ??= Promise.resolve(Bun.env.MUSTER_TEST_DATABASE_URL || startTemporaryCluster());
  return cluster;
}

async function startTemporaryCluster(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-test-postgres-'));
  const postgres: EmbeddedPostgres = await startEmbeddedPostgres({
    folder,
    log: () => undefined,
    settings: FAST_SETTINGS,
  });
  reapWithThisProcess(postgres.pid(), folder);
  return postgres.url;
}

/** A shell that holds our pipe: it sees the end of this process, however that came, and takes the cluster with it. */
function reapWithThisProcess(pid: number | undefined, folder: string): void {
  const reaper = spawn(
    'sh',
    ['-c', 'cat > /dev/null; kill -QUIT "$0"; sleep 1; rm -rf "$1"', String(pid), folder],
    {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    },
  );
  reaper.unref();
}

/** The template's name tells its contents: a changed migration makes a new one. */
async function template(migrations: readonly Migration[]): Promise<string> {
  const name = `muster_template_${fingerprint(migrations)}`;
  const server = await testServer();
  await onServer(async (client) => {
    await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (rowCount) return;
    const draft = `${name}_new`;
    await client.query(`drop database if exists ${draft} with (force)`);
    await client.query(`create database ${draft} template template0 encoding 'UTF8' locale 'C'`);
    await migrate({ url: withDatabase(server, draft), appVersion: TEST_APP_VERSION, migrations });
    await client.query(`alter database ${draft} rename to ${name}`);
  });
  return name;
}

function fingerprint(migrations: readonly Migration[]): string {
  const hash = new Bun.CryptoHasher('sha256');
  for (const migration of migrations) hash.update(`${migration.number}:${migration.checksum}\n`);
  return hash.digest('hex').slice(0, 16);
}

async function onServer(work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: withDatabase(await testServer(), 'postgres') });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function withDatabase(url: string, name: string): string {
  const copy = new URL(url);
  copy.pathname = `/${name}`;
  return copy.href;
}
