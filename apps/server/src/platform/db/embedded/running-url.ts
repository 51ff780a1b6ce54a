import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DATABASE, LOGIN } from './embedded-postgres.ts';
import { isAlive, isPostgresOf } from './postmaster.ts';

/** Line of postmaster.pid with the port, counted from 0. */
const PORT_LINE = 3;

/**
 * The address of the PostgreSQL that a server runs on this folder at this moment, for programs on the same machine that
 * work beside it. Undefined where none runs. Carries the password: never log it.
 */
export function findRunningPostgres(folder: string): string | undefined {
  const cluster = join(folder, 'cluster');
  const file = join(cluster, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, 'utf8').split('\n');
  const pid = Math.abs(Number(lines[0]));
  if (!Number.isInteger(pid) || pid === 0 || !isAlive(pid) || !isPostgresOf(cluster, pid)) return undefined;
  const password = readFileSync(join(folder, 'password'), 'utf8').trim();
  return `postgres://${LOGIN}:${password}@127.0.0.1:${Number(lines[PORT_LINE])}/${DATABASE}`;
}
