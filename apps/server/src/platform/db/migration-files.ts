import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One file of apps/server/migrations. */
export type Migration = {
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
  readonly sql: string;
  /** False for files whose first line is `-- muster: no-transaction` (CREATE INDEX CONCURRENTLY). */
  readonly transactional: boolean;
  /** The oldest server that may run on a database with this migration. */
  readonly minAppVersion: string;
};

const FILE = /^(\d{4})_([a-z0-9_]+)\.sql$/;
const MIN_APP_VERSION = /^-- muster: min-app-version (\d+\.\d+\.\d+)$/m;
const NO_TRANSACTION = /^-- muster: no-transaction\s*$/m;

/** The folder of the migrations that ship with this server. */
const MIGRATIONS_FOLDER = join(import.meta.dir, '..', '..', '..', 'migrations');

/** Reads and orders the migrations of a folder; throws on two files with one number. */
export function readMigrations(folder: string = MIGRATIONS_FOLDER): Migration[] {
  const migrations = readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => readMigration(folder, file));
  for (const [at, migration] of migrations.entries()) {
    if (migrations[at - 1]?.number === migration.number) {
      throw new Error(`Two migrations carry the number ${migration.number}.`);
    }
  }
  return migrations;
}

function readMigration(folder: string, file: string): Migration {
  const match = FILE.exec(file);
  if (!match) throw new Error(`A migration is named NNNN_name.sql; ${file} is not.`);
  const sql = readFileSync(join(folder, file), 'utf8');
  return {
    number: Number(match[1]),
    name: match[2] ?? '',
    checksum: createHash('sha256').update(sql).digest('hex'),
    sql,
    transactional: !NO_TRANSACTION.test(sql.split('\n')[0] ?? ''),
    minAppVersion: MIN_APP_VERSION.exec(sql)?.[1] ?? '0.1.0',
  };
}
