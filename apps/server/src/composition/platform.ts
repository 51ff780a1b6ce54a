import { join } from 'node:path';
import { type Audit, createAudit } from '../modules/audit/index.ts';
import { type Clock, systemClock } from '../platform/clock/index.ts';
import type { Config } from '../platform/config/index.ts';
import { createTrustStore, openTrust, type Trust } from '../platform/crypto/index.ts';
import { createDatabase, type Database, migrate, startEmbeddedPostgres } from '../platform/db/index.ts';
import { createHealth, type Health } from '../platform/health/index.ts';
import type { Logger } from '../platform/log/index.ts';
import { createMetrics, type Metrics } from '../platform/metrics/index.ts';
import { APP_VERSION } from '../platform/process/app-version.ts';
import { type DataFolder, openDataFolder } from '../platform/process/data-folder.ts';
import type { Lifecycle } from '../platform/process/lifecycle.ts';
import { createSettings, type Settings } from '../platform/settings/index.ts';

/** What every module stands on. */
export type Platform = {
  readonly config: Config;
  readonly log: Logger;
  readonly lifecycle: Lifecycle;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly folder: DataFolder;
  readonly database: Database;
  readonly settings: Settings;
  readonly trust: Trust;
  readonly audit: Audit;
  /** Faults behind no request: counted and logged by part. */
  readonly onError: (error: unknown, part: string) => void;
};

/** Opens data folder, database and trust; what was opened before a failure is in `lifecycle`. */
export async function openPlatform(config: Config, log: Logger, lifecycle: Lifecycle): Promise<Platform> {
  const metrics = createMetrics(APP_VERSION);
  const health = createHealth();
  const onError = (err: unknown, part: string) => {
    metrics.errors.inc({ part });
    log.warn({ err, part }, 'a part had a fault and goes on');
  };
  const folder = openDataFolder(config.data);
  lifecycle.add('data folder', () => folder.release());
  const url = config.databaseUrl ?? (await openEmbeddedPostgres(config, log, lifecycle));
  await migrate({ url, appVersion: APP_VERSION });
  const database = createDatabase({ url, onError });
  lifecycle.add('database', () => database.close());
  health.register('database', () => database.ping());
  const trust = await openTrust({
    store: createTrustStore(database),
    dataDir: config.data,
    keyFile: config.keyFile,
    now: () => new Date(systemClock.now()),
  });
  const settings = createSettings(database);
  const audit = createAudit({
    database,
    installationId: trust.installationId,
    key: trust.auditKey,
    retentionDays: config.auditRetention,
    onError,
    now: () => new Date(systemClock.now()),
  });
  lifecycle.add('audit', () => audit.stop());
  audit.start();
  return {
    config,
    log,
    lifecycle,
    clock: systemClock,
    metrics,
    health,
    folder,
    database,
    settings,
    trust,
    audit,
    onError,
  };
}

async function openEmbeddedPostgres(config: Config, log: Logger, lifecycle: Lifecycle): Promise<string> {
  const part = log.child({ part: 'postgres' });
  const postgres = await startEmbeddedPostgres({
    folder: join(config.data, 'postgres'),
    log: (line) => part[/\b(ERROR|FATAL|PANIC):/.test(line) ? 'warn' : 'debug'](line),
  });
  lifecycle.add('postgres', () => postgres.stop());
  return postgres.url;
}
