import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { appendEntry } from './modules/audit/index.ts';
import { resetAdministrator } from './modules/identity/index.ts';
import { APP_VERSION } from './platform/app-version.ts';
import { systemClock } from './platform/clock/index.ts';
import { type Config, readConfig } from './platform/config/index.ts';
import { openDataFolder } from './platform/data-folder.ts';
import { createDatabase, findRunningPostgres, migrate, startEmbeddedPostgres } from './platform/db/index.ts';

/*
 * What `npm run muster -- admin …` runs, on the server's own machine: whoever can read the data folder is trusted, no
 * session is asked for. Works beside a running server and without one.
 */

const USAGE = `Usage: admin reset [--email ADDRESS] [--password-stdin] [--data DIR] [--database-url URL]

Makes somebody an administrator who can sign in again, and prints a single-use link for the password (with
--password-stdin the password is read from standard input instead). Without --email it is the only administrator there is.
`;

type Opened = { readonly url: string; close(): Promise<void> };

/** The database of the installation: the one named, the one that runs, or the one in the data folder, started for this. */
async function openDatabase(config: Config): Promise<Opened> {
  if (config.databaseUrl) return { url: config.databaseUrl, close: async () => undefined };
  const folder = join(config.data, 'postgres');
  const running = findRunningPostgres(folder);
  if (running) return { url: running, close: async () => undefined };
  if (!existsSync(join(folder, 'cluster'))) {
    throw new Error(
      `There is no installation in ${config.data}; say where it is, with --data or --database-url.`,
    );
  }
  const held = openDataFolder(config.data);
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

async function reset(args: readonly string[]): Promise<string> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      email: { type: 'string' },
      'password-stdin': { type: 'boolean', default: false },
      data: { type: 'string' },
      'database-url': { type: 'string' },
    },
  });
  const settings = (['data', 'database-url'] as const).flatMap((name) =>
    values[name] === undefined ? [] : [`--${name}`, values[name]],
  );
  const config = readConfig(settings);
  const password = values['password-stdin'] ? (await Bun.stdin.text()).replace(/\r?\n$/, '') : undefined;
  const opened = await openDatabase(config);
  const database = createDatabase({ url: opened.url, onError: () => undefined });
  try {
    await migrate({ url: opened.url, appVersion: APP_VERSION });
    const done = await resetAdministrator(
      { database, clock: systemClock, audit: { append: (tx, entry) => appendEntry(tx, entry, new Date()) } },
      { email: values.email, password },
    );
    return describe(done);
  } finally {
    await database.close();
    await opened.close();
  }
}

function describe({ email, isNew, link }: Awaited<ReturnType<typeof resetAdministrator>>): string {
  const who = `${email} is ${isNew ? 'a new' : 'an'} administrator of everything; sessions and API keys before this have ended, and second factors are gone.`;
  if (!link) return `${who}\nThe password is set.\n`;
  return `${who}\nChoose a password at the console's address, followed by this (once, until ${link.expiresAt}):\n${link.path}\n`;
}

const [command, ...args] = process.argv.slice(2);
if (command === 'reset') {
  try {
    process.stdout.write(await reset(args));
  } catch (error) {
    process.stderr.write(`muster: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
} else {
  process.stderr.write(USAGE);
  process.exit(command === undefined || command === '--help' ? 0 : 2);
}
