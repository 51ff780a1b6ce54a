import { type MusterServer, startServer } from '../main.ts';
import { readConfig } from '../platform/config/index.ts';
import { dropTestDatabase, emptyTestDatabase } from '../platform/db/testing.ts';
import { temporaryFolder } from './server-process.ts';

/** A whole server in the test's own process, on a database and a folder of its own. */
export interface RunningServer {
  readonly server: MusterServer;
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Bearer token of the administrator ada@example.org. */
  readonly token: string;
  /** Of its database, for a test that looks behind the API. */
  readonly databaseUrl: string;
  stop(): Promise<void>;
}

/** Password of ada@example.org. */
export const ADAS_PASSWORD = 'correct horse battery';

/** Starts it on free ports, with an administrator. */
export async function runServer(): Promise<RunningServer> {
  const folder = temporaryFolder();
  const databaseUrl = await emptyTestDatabase();
  const config = readConfig(
    ['--data', folder.path, '--port', '0', '--gateway-port', '0', '--log-level', 'silent'],
    {
      MUSTER_DATABASE_URL: databaseUrl,
      MUSTER_ADMIN_EMAIL: 'ada@example.org',
      MUSTER_ADMIN_PASSWORD: ADAS_PASSWORD,
    },
  );
  const server = await startServer(config);
  const url = (server.addresses.consoleUrls()[0] ?? '').replace('localhost', '127.0.0.1');
  const login = await fetch(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'ada@example.org', password: ADAS_PASSWORD }),
  });
  const { token } = (await login.json()) as { token: string };
  return {
    server,
    url,
    token,
    databaseUrl,
    stop: async () => {
      await server.stop();
      await dropTestDatabase(databaseUrl);
      folder[Symbol.dispose]();
    },
  };
}
