import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../apps/server/src/platform/db/index.ts';

/** A PostgreSQL that lives as long as the test run. */
export interface TestDatabase {
  /** On loopback, with the rights to make databases and roles. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Nothing here has to survive a power cut, and tests of crashes start a PostgreSQL of their own. */
const FAST = ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off', 'max_connections=300'];
const KEPT_LINES = 20;

const started = new Set<TestDatabase>();

/** Stops what was started here and still runs, for a test runner that is interrupted. */
export async function stopTestDatabases(): Promise<void> {
  await Promise.allSettled([...started].map((database) => database.stop()));
}

/** Starts an empty PostgreSQL in the temporary folder, on a free port of the loopback address. */
export async function startTestDatabase(): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-test-pg-'));
  const lines: string[] = [];
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const postgres = await startEmbeddedPostgres({
      folder,
      settings: FAST,
      log: (line) => lines.push(line),
    });
    const database: TestDatabase = {
      url: postgres.url,
      async stop() {
        started.delete(database);
        await postgres.stop();
        remove();
      },
    };
    started.add(database);
    return database;
  } catch (error) {
    remove();
    const said = lines.slice(-KEPT_LINES).join('\n');
    throw new Error(`PostgreSQL for the tests did not start:\n${said}`, { cause: error });
  }
}
