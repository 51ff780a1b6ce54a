import { join } from 'node:path';
import { createIdentity } from './modules/identity/index.ts';
import { APP_VERSION } from './platform/app-version.ts';
import { systemClock } from './platform/clock/index.ts';
import type { Config } from './platform/config/index.ts';
import { openDataFolder } from './platform/data-folder.ts';
import { createDatabase, migrate, startEmbeddedPostgres } from './platform/db/index.ts';
import { createHealth } from './platform/health/index.ts';
import {
  assertGuarded,
  createApiHandler,
  createConsoleHandler,
  createIdempotency,
  createListeners,
  createStaticFiles,
  readCredentials,
} from './platform/http/index.ts';
import { createLifecycle } from './platform/lifecycle.ts';
import { createLog } from './platform/log/index.ts';
import { createMetrics } from './platform/metrics/index.ts';
import { createOperationRoutes } from './platform/operations/index.ts';

/** A server that runs. */
export interface MusterServer {
  readonly port: number;
  /** The one-time token of the first run; undefined once somebody exists. */
  setUpToken(): Promise<string | undefined>;
  stop(): Promise<void>;
}

/** Everything that the server is, in the order in which it depends on each other; stops in reverse. */
export async function startServer(config: Config): Promise<MusterServer> {
  const log = createLog(config.logLevel);
  const clock = systemClock;
  const metrics = createMetrics(APP_VERSION);
  const health = createHealth();
  const lifecycle = createLifecycle(log);
  try {
    const folder = openDataFolder(config.data);
    lifecycle.add('data folder', () => folder.release());

    let url = config.databaseUrl;
    if (url === undefined) {
      const postgres = await startEmbeddedPostgres({
        folder: join(config.data, 'postgres'),
        log: (line) => log.debug({ part: 'postgres' }, line),
      });
      lifecycle.add('postgres', () => postgres.stop());
      url = postgres.url;
    }
    await migrate({ url, appVersion: APP_VERSION });
    const database = createDatabase({
      url,
      onError: (err, part) => log.warn({ err, part }, 'lost a connection'),
    });
    lifecycle.add('database', () => database.close());
    health.register('database', () => database.ping());

    const identity = createIdentity({ database, clock, takeRootKey: async () => undefined });
    const router = { auth: identity.routes };
    const rawRoutes = [
      identity.setUp.route,
      ...createOperationRoutes({
        health,
        metrics,
        identify: async (request, { address, secure }) => {
          const credentials = readCredentials(request.headers, secure);
          return credentials && identity.authenticate(credentials, address);
        },
      }),
    ];
    assertGuarded(router, rawRoutes);
    const listeners = createListeners(
      createConsoleHandler({
        api: createApiHandler(router, (failure, { traceId }) =>
          log.error({ err: failure.cause, traceId }, 'request failed'),
        ),
        rawRoutes,
        staticFiles: createStaticFiles(join(import.meta.dir, '..', '..', 'web', 'dist')),
        authenticate: identity.authenticate,
        idempotency: createIdempotency(database),
        log,
        metrics,
      }),
    );
    lifecycle.add('console', () => listeners.stop());
    const { port } = listeners.add('127.0.0.1', config.port);
    return { port, setUpToken: () => identity.setUp.token(), stop: () => lifecycle.stop() };
  } catch (error) {
    await lifecycle.stop();
    throw error;
  }
}
