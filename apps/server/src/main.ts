import { join } from 'node:path';
import {
  createDeviceSide,
  createPeopleSide,
  type DeviceSide,
  type PeopleSide,
} from './composition/modules.ts';
import { openPlatform, type Platform } from './composition/platform.ts';
import { createRoutes } from './composition/routes.ts';
import type { AgentBuilds, Enrolment } from './modules/enrolment/index.ts';
import { type Addresses, createDoors, type Doors } from './modules/system/index.ts';
import type { Tenancy } from './modules/tenancy/index.ts';
import type { Config } from './platform/config/index.ts';
import {
  assertGuarded,
  createApiHandler,
  createConsoleHandler,
  createIdempotency,
  createListeners,
  createStaticFiles,
  type RawRoute,
} from './platform/http/index.ts';
import { createLog } from './platform/log/index.ts';
import { APP_VERSION } from './platform/process/app-version.ts';
import { createLifecycle } from './platform/process/lifecycle.ts';

/** A server that runs. */
export interface MusterServer {
  readonly addresses: Addresses;
  readonly builds: AgentBuilds;
  readonly enrolment: Enrolment;
  readonly tenancy: Tenancy;
  /** What is answered outside the contract, for the test that drives all of it. */
  readonly rawRoutes: readonly RawRoute[];
  /** The one-time token of the first run; undefined once somebody exists. */
  setUpToken(): Promise<string | undefined>;
  /** Ends everything that was started, in reverse, database included. */
  stop(): Promise<void>;
}

/** Where `vite build` leaves the console. */
export const WEB_BUNDLE = join(import.meta.dir, '..', '..', 'web', 'dist');
const HOUR_MS = 3_600_000;

/** Everything that the server is, in the order in which the parts depend on each other. */
export async function startServer(config: Config): Promise<MusterServer> {
  const log = createLog(config.logLevel);
  const lifecycle = createLifecycle(log);
  try {
    const platform = await openPlatform(config, log, lifecycle);
    const side = createDeviceSide(platform);
    const people: PeopleSide = await createPeopleSide(platform, side, () => doors);
    const { doors, rawRoutes }: Console = createConsole(platform, side, people, () => doors);
    await startParts(platform, side, people);
    await openDoors(platform, side, people, doors);
    const { addresses, builds, enrolment, tenancy, identity } = people;
    const addressed = { console: addresses.consoleUrls(), gateway: addresses.gatewayAddresses() };
    log.info({ version: APP_VERSION, ...addressed }, 'muster runs');
    const setUpToken = () => identity.setUp.token();
    return { addresses, builds, enrolment, tenancy, rawRoutes, setUpToken, stop: () => lifecycle.stop() };
  } catch (error) {
    await lifecycle.stop();
    throw error;
  }
}

type Console = { readonly doors: Doors; readonly rawRoutes: readonly RawRoute[] };

/** The console with its API, behind doors that are still closed. */
function createConsole(platform: Platform, side: DeviceSide, people: PeopleSide, own: () => Doors): Console {
  const { config, lifecycle } = platform;
  const { router, rawRoutes } = createRoutes(platform, side, people, own);
  assertGuarded(router, rawRoutes);
  const idempotency = createIdempotency(platform.database);
  const { authenticate, prune } = people.identity;
  const listeners = createListeners(
    createConsoleHandler({
      ...platform,
      api: createApiHandler(router, people.approvals.demand),
      rawRoutes,
      staticFiles: createStaticFiles(WEB_BUNDLE),
      denied: platform.audit.denied,
      authenticate,
      idempotency,
      trustedProxies: config.trustedProxies,
    }),
  );
  lifecycle.add('console', () => listeners.stop());
  lifecycle.add(
    'housekeeping',
    every(HOUR_MS, () => Promise.all([prune(), idempotency.prune()]), platform),
  );
  const doors = createDoors({
    ...platform,
    listeners,
    gateway: side.gateway,
    ports: { console: config.port, gateway: config.gatewayPort },
    tls: people.consoleTls.listener,
  });
  return { doors, rawRoutes };
}

async function startParts({ lifecycle }: Platform, side: DeviceSide, people: PeopleSide): Promise<void> {
  lifecycle.add('events', () => side.events.stop());
  side.events.start();
  lifecycle.add('devices', () => side.devices.stop());
  await side.devices.start();
  lifecycle.add('telemetry', () => side.telemetry.stop());
  await side.telemetry.start();
  lifecycle.add('fields', () => side.fields.stop());
  await side.fields.start();
  lifecycle.add('membership', () => side.membership.stop());
  await side.membership.start();
  lifecycle.add('policies', () => side.policies.stop());
  side.policies.start();
  lifecycle.add('inventory', () => side.inventory.stop());
  await side.inventory.start();
  lifecycle.add('commands', () => side.commands.stop());
  side.commands.start();
  lifecycle.add('live', () => people.live.stop());
  people.live.start();
}

/** Last of all: whoever gets in meets a server that is complete. */
async function openDoors(
  platform: Platform,
  side: DeviceSide,
  people: PeopleSide,
  doors: Doors,
): Promise<void> {
  const { config, lifecycle, health } = platform;
  lifecycle.add('gateway', () => side.gateway.stop());
  health.register('gateway', () => side.gateway.isReady());
  const { adminEmail: email, adminPassword: password } = config;
  if (email !== undefined && password !== undefined) {
    await people.identity.createFirstAdministrator({ email, password, name: email.split('@')[0] ?? email });
  }
  lifecycle.add('doors', () => doors.stop());
  await doors.open(config.listen);
}

/** Does `work` now and then; a failure is told and tried again next time. */
function every(periodMs: number, work: () => Promise<unknown>, { clock, onError }: Platform): () => void {
  let cancel = () => {};
  const again = () => {
    work().catch((error: unknown) => onError(error, 'housekeeping'));
    cancel = clock.after(periodMs, again);
  };
  again();
  return () => cancel();
}
