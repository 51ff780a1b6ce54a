import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { appendEntry } from './modules/audit/index.ts';
import { resetAdministrator } from './modules/identity/index.ts';
import type { AuditEntry } from './platform/bus/audit-port.ts';
import { systemClock } from './platform/clock/index.ts';
import { type Config, readConfig } from './platform/config/index.ts';
import { keyFileOf } from './platform/crypto/index.ts';
import {
  createDatabase,
  type Database,
  findRunningPostgres,
  migrate,
  startEmbeddedPostgres,
  type Tx,
} from './platform/db/index.ts';
import { APP_VERSION } from './platform/process/app-version.ts';
import { type DataFolder, openDataFolder } from './platform/process/data-folder.ts';
import { rotateKey } from './platform/vault/index.ts';

/*
 * What `npm run muster -- admin …` runs, on the server's own machine: whoever can read the data folder is trusted, no
 * session is asked for. Works beside a running server and without one.
 */

const USAGE = `Usage: admin reset [--email ADDRESS] [--password-stdin] [--data DIR] [--database-url URL]
       admin rotate-key [--data DIR] [--database-url URL]

Makes somebody an administrator who can sign in again, and prints a single-use link for the password (with
--password-stdin the password is read from standard input instead). Without --email it is the only administrator there is.

rotate-key seals every secret of the stopped server under a new key and takes the old one out of the key file. Cut short,
it is finished by running it again.
`;

type Opened = { readonly url: string; close(): Promise<void> };

/** The database of the installation: the one named, the one that runs, or the one in the data folder, started for this. */
async function openDatabase(config: Config, own?: DataFolder): Promise<Opened> {
  if (config.databaseUrl) return { url: config.databaseUrl, close: async () => undefined };
  const folder = join(config.data, 'postgres');
  const running = findRunningPostgres(folder);
  if (running) return { url: running, close: async () => undefined };
  if (!existsSync(join(folder, 'cluster'))) {
    throw new Error(
      `There is no installation in ${config.data}; say where it is, with --data or --database-url.`,
    );
  }
  const held = own ?? openDataFolder(config.data);
  try {
    const postgres = await startEmbeddedPostgres({ folder, log: () => undefined });
    const close = async () => {
      await postgres.stop();
      held.release();
    };
    return { url: postgres.url, close };
  } catch (error) {
    held.release();
    throw error;
  }
}

const PLACE_OPTIONS = { data: { type: 'string' }, 'database-url': { type: 'string' } } as const;

function configOf(values: { data?: string | undefined; 'database-url'?: string | undefined }): Config {
  const settings = (['data', 'database-url'] as const).flatMap((name) =>
    values[name] === undefined ? [] : [`--${name}`, values[name]],
  );
  return readConfig(settings);
}

async function withDatabase<T>(
  config: Config,
  work: (database: Database) => Promise<T>,
  own?: DataFolder,
): Promise<T> {
  const opened = await openDatabase(config, own);
  const database = createDatabase({ url: opened.url, onError: () => undefined });
  try {
    await migrate({ url: opened.url, appVersion: APP_VERSION });
    return await work(database);
  } finally {
    await database.close();
    await opened.close();
  }
}

const audit = { append: (tx: Tx, entry: AuditEntry) => appendEntry(tx, entry, new Date()) };

async function reset(args: readonly string[]): Promise<string> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      email: { type: 'string' },
      'password-stdin': { type: 'boolean', default: false },
      ...PLACE_OPTIONS,
    },
  });
  const config = configOf(values);
  const password = values['password-stdin'] ? (await Bun.stdin.text()).replace(/\r?\n$/, '') : undefined;
  return withDatabase(config, async (database) =>
    describe(
      await resetAdministrator({ database, clock: systemClock, audit }, { email: values.email, password }),
    ),
  );
}

/** A running server holds the old key and would go on sealing with it: the data folder must be free. */
async function rotate(args: readonly string[]): Promise<string> {
  const { values } = parseArgs({ args: [...args], options: PLACE_OPTIONS });
  const config = configOf(values);
  const keyFile = keyFileOf(config.data, config.keyFile);
  if (!existsSync(keyFile)) {
    throw new Error(`There is no key file ${keyFile}; say where it is, with --data or MUSTER_KEY_FILE.`);
  }
  const folder = openDataFolder(config.data);
  const done = await withDatabase(config, (database) => rotateKey({ database, keyFile, record }), folder);
  folder.release();
  const how = done.resumed ? 'A change that was cut short is finished' : 'The key is another one';
  return `${how}: ${done.resealed} secrets were sealed anew, and ${keyFile} holds the new key alone.
Back it up now. Copies of the database from before need the old key.\n`;
}

function record(tx: Tx, after: Awaited<ReturnType<typeof rotateKey>>): Promise<void> {
  return audit.append(tx, {
    by: { kind: 'system', id: 'admin rotate-key', name: 'admin rotate-key', via: null },
    orgId: null,
    action: 'vault.key_rotated',
    target: { kind: 'vault', id: 'vault', name: null },
    after,
  });
}

function describe({ email, isNew, link }: Awaited<ReturnType<typeof resetAdministrator>>): string {
  const who = `${email} is ${isNew ? 'a new' : 'an'} administrator of everything; sessions and API keys before this have ended, and second factors are gone.`;
  if (!link) return `${who}\nThe password is set.\n`;
  return `${who}\nChoose a password at the console's address, followed by this (once, until ${link.expiresAt}):\n${link.path}\n`;
}

const [command, ...args] = process.argv.slice(2);
const run = { reset, 'rotate-key': rotate }[command ?? ''];
if (run) {
  try {
    process.stdout.write(await run(args));
  } catch (error) {
    process.stderr.write(`muster: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
} else {
  process.stderr.write(USAGE);
  process.exit(command === undefined || command === '--help' ? 0 : 2);
}
