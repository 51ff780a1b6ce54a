import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { type PostgresBinaries, postgresBinaries } from './binaries.ts';
import { accountIds, type PostgresAccount, postgresAccount } from './postgres-account.ts';
import { settlePostmaster } from './postmaster.ts';

export type EmbeddedPostgresOptions = {
  /** Folder of its own; made when missing. */
  readonly folder: string;
  readonly log: (line: string) => void;
  /** Further `name=value` settings of postgres. */
  readonly settings?: readonly string[];
};

/** A PostgreSQL of our own, restarted when it dies, until `stop`. */
export interface EmbeddedPostgres {
  /** Carries the password: never log it. */
  readonly url: string;
  /** Of the current postmaster; undefined while it is being restarted. */
  pid(): number | undefined;
  /** Lets sessions end, then ends them, writes a checkpoint and waits for the end. */
  stop(): Promise<void>;
}

/** Who our own PostgreSQL knows. */
export const LOGIN = 'muster';
/** The one database in it. */
export const DATABASE = 'muster';
const READY_TIMEOUT_MS = 60_000;
const POLL_MS = 25;
const MAX_RESTART_DELAY_MS = 5_000;
const LAST_LINES = 12;
/** How long sessions may take to end by themselves before they are ended. */
const LEAVING_MS = 3_000;

const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=100',
  'timezone=UTC',
  'jit=off',
  'wal_compression=on',
  'max_wal_size=1GB',
  'password_encryption=scram-sha-256',
];

/**
 * Starts PostgreSQL on a free loopback port, making the cluster first where there is none. We run the packaged
 * programs ourselves: the package's own class stops the database on SIGINT before the server could finish its work.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const binaries = await postgresBinaries();
  mkdirSync(options.folder, { recursive: true, mode: 0o711 });
  const cluster = join(options.folder, 'cluster');
  const account = postgresAccount([cluster, binaries.postgres]);
  const password = readPassword(join(options.folder, 'password'));
  if (!existsSync(join(cluster, 'PG_VERSION')))
    await initialise({ binaries, account, cluster, password, log: options.log });
  const port = await freePort();
  const postmaster = new Postmaster({ binaries, account, cluster, port, options });
  const url = (database: string) => `postgres://${LOGIN}:${password}@127.0.0.1:${port}/${database}`;
  await postmaster.start(url('postgres'));
  await createDatabaseIfMissing(url('postgres'));
  return { url: url(DATABASE), pid: () => postmaster.pid, stop: () => postmaster.stop() };
}

type Setup = {
  readonly binaries: PostgresBinaries;
  readonly account: PostgresAccount;
  readonly cluster: string;
};

/** initdb works beside its goal and is renamed when complete: a kill in the middle leaves nothing half made. */
async function initialise(setup: Setup & { password: string; log: (line: string) => void }): Promise<void> {
  const draft = `${setup.cluster}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  const ids = accountIds();
  if (ids) chownSync(draft, ids.uid, ids.gid);
  const passwordFile = join(draft, '..', 'initdb-password');
  writeFileSync(passwordFile, `${setup.password}\n`, { mode: 0o600 });
  if (ids) chownSync(passwordFile, ids.uid, ids.gid);
  try {
    const child = run(setup, setup.binaries.initdb, [
      `--pgdata=${draft}`,
      `--username=${LOGIN}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--no-sync',
    ]);
    const lines = follow(child, setup.log);
    const code = await exitOf(child);
    if (code !== 0) throw new Error(`PostgreSQL could not be set up: ${lines.join(' ')}`);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(draft, setup.cluster);
}

/** The one postgres process of a cluster and its restarts. */
class Postmaster {
  #child: ChildProcess | undefined;
  #stopping = false;
  #restarts = 0;
  readonly #setup: Setup & { port: number; options: EmbeddedPostgresOptions };

  constructor(setup: Setup & { port: number; options: EmbeddedPostgresOptions }) {
    this.#setup = setup;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async start(url: string): Promise<void> {
    const { cluster, port, options, binaries } = this.#setup;
    await settlePostmaster(cluster);
    const settings = [...SETTINGS, `port=${port}`, ...(options.settings ?? [])].flatMap((entry) => [
      '-c',
      entry,
    ]);
    const child = run(this.#setup, binaries.postgres, ['-D', cluster, ...settings]);
    const lines = follow(child, options.log);
    this.#child = child;
    let ended = false;
    child.once('close', () => {
      ended = true;
    });
    for (const deadline = Date.now() + READY_TIMEOUT_MS; !(await answers(url)); await Bun.sleep(POLL_MS)) {
      if (ended) throw new Error(`PostgreSQL ended at once: ${lines.join(' ')}`);
      if (Date.now() > deadline)
        throw new Error(`PostgreSQL is not ready after a minute: ${lines.join(' ')}`);
    }
    if (ended) void this.#restart(url);
    else child.once('close', () => void this.#restart(url));
  }

  async #restart(url: string): Promise<void> {
    this.#child = undefined;
    while (!this.#stopping) {
      this.#restarts += 1;
      this.#setup.options.log(`LOG:  PostgreSQL ended unexpectedly; starting it again (${this.#restarts})`);
      try {
        await this.start(url);
        return;
      } catch (error) {
        this.#setup.options.log(`FATAL:  ${error instanceof Error ? error.message : String(error)}`);
        await Bun.sleep(Math.min(MAX_RESTART_DELAY_MS, 100 * 2 ** Math.min(this.#restarts, 6)));
      }
    }
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = exitOf(child);
    // Connections that were just closed end by themselves; PostgreSQL would call those that it cuts off faults.
    child.kill('SIGTERM');
    const impatience = setTimeout(() => child.kill('SIGINT'), LEAVING_MS);
    await ended;
    clearTimeout(impatience);
  }
}

function run(setup: Setup, program: string, args: readonly string[]): ChildProcess {
  const [command = program, ...words] = [...setup.account.prefix, program, ...args];
  return spawn(command, words, {
    ...(setup.account.ids ?? {}),
    cwd: '/',
    // Nothing of our environment: it may hold secrets, and its language would change what postgres writes.
    env: { TZ: 'UTC', LC_ALL: 'C' },
    // Ctrl-C reaches every process of the terminal's group: the database must outlive the server's last words.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Passes each line on and keeps the last ones for the error message. */
function follow(child: ChildProcess, log: (line: string) => void): string[] {
  const last: string[] = [];
  const take = (chunk: Buffer) => {
    for (const line of chunk.toString('utf8').split('\n')) {
      if (line.trim() === '') continue;
      last.push(line.trim());
      if (last.length > LAST_LINES) last.shift();
      log(line);
    }
  };
  child.stdout?.on('data', take);
  child.stderr?.on('data', take);
  child.on('error', (error) => take(Buffer.from(error.message)));
  return last;
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    child.once('close', (code) => resolve(code));
    child.once('error', () => resolve(null));
  });
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function createDatabaseIfMissing(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0)
      await client.query(`create database ${DATABASE} template template0 encoding 'UTF8' locale 'C'`);
  } finally {
    await client.end();
  }
}

function readPassword(file: string): string {
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
