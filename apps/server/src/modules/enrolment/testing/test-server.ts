import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { OrgId, Problem, SiteId } from '@muster/contracts';
import {
  ENROL_PATH,
  type EnrolRequest,
  EnrolRequestSchema,
  type EnrolResponse,
  EnrolResponseSchema,
  FactsSchema,
  SettingsSchema,
} from '@muster/contracts/wire';
import { sql } from 'drizzle-orm';
import { Registry } from 'prom-client';
import type { Actor } from '../../../platform/actor.ts';
import type { EventPort } from '../../../platform/bus/event-port.ts';
import { type Clock, systemClock } from '../../../platform/clock/index.ts';
import {
  type ConsoleTls,
  certificatePem,
  createTrustStore,
  openTrust,
  type Trust,
} from '../../../platform/crypto/index.ts';
import { createDeviceKey, type DeviceKey } from '../../../platform/crypto/testing/device-key.ts';
import type { Database } from '../../../platform/db/index.ts';
import { testDatabase } from '../../../platform/db/testing.ts';
import { createConnections, createGateway } from '../../../platform/gateway/index.ts';
import type { AgentIdentity } from '../../../platform/gateway/testing/agent-client.ts';
import { createMemoryRegistry } from '../../../platform/gateway/testing/memory-registry.ts';
import {
  createConsoleHandler,
  createIdempotency,
  createListeners,
  type RawRoute,
} from '../../../platform/http/index.ts';
import { createLog } from '../../../platform/log/index.ts';
import { createMetrics } from '../../../platform/metrics/index.ts';
import { newId } from '../../../platform/new-id.ts';
import { anAudit } from '../../../testing/audit-fixture.ts';
import { createDevices } from '../../devices/index.ts';
import { createEvents } from '../../events/index.ts';
import { enrolBytes } from '../domain/enrol-proof.ts';
import { type AgentBuilds, createEnrolment, type EnrolmentDeps, type Reachability } from '../index.ts';

/** How a test server differs from the usual one. */
export type TestServerOptions = {
  /** The console listener's certificate; default: Muster's own. */
  readonly tls?: 'none' | 'own';
  readonly builds?: AgentBuilds;
};

const SETTINGS = { checkInIntervalS: 60, sampleIntervalMs: 10_000, beaconIntervalS: 60, pingIntervalS: 15 };
const NO_BUILDS: AgentBuilds = {
  list: () => [],
  ensure: () => Promise.reject(new Error('this test builds no agents')),
  find: () => undefined,
  isMadeOnDemand: () => false,
};

/** Console listener, registry and gateway on loopback over a real database: what a new machine meets. */
export async function startTestServer({ tls = 'own', builds = NO_BUILDS }: TestServerOptions = {}) {
  const { database, drop } = await testDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'muster-enrolment-'));
  const clock = movableClock();
  const log = createLog('silent');
  const registry = new Registry();
  const now = () => new Date(clock.now());
  const trust = await openTrust({ store: createTrustStore(database), dataDir, now });
  const events = createEvents({ database, onError: () => undefined, now });
  const parts = { database, clock, log, registry, trust, events, audit: anAudit(database) };
  const { devices, connections, gateway, gatewayAddress } = await startGateway(parts);
  const own = await trust.consoleTls(['127.0.0.1', 'localhost']);
  const { reach, foundPort } = createReach(tls === 'own' ? own : undefined, gatewayAddress);
  const enrolment = createEnrolment({ ...parts, devices, reach, builds });
  const listeners = startConsole(parts, enrolment.rawRoutes);
  const listening = listeners.add(
    '127.0.0.1',
    0,
    tls === 'own' ? { key: own.key, cert: own.cert } : undefined,
  );
  foundPort(listening.port);

  return {
    ...{ database, trust, devices, enrolment, connections, clock, registry, dataDir, gatewayAddress },
    tenant: await insertTenant(database),
    url: reach.console().url,
    pin: own.pin,
    consoleCertificate: own.cert,
    async stop(): Promise<void> {
      await gateway.stop();
      await listeners.stop();
      await devices.stop();
      await drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

type Parts = Pick<EnrolmentDeps, 'database' | 'audit' | 'log' | 'registry'> & {
  clock: Clock;
  trust: Trust;
  events: EventPort;
};

async function startGateway({ database, audit, clock, log, registry, trust, events }: Parts) {
  const connections = createConnections();
  const devices = createDevices({
    ...{ database, audit, events, clock, node: connections },
    installationId: trust.installationId,
    gatewayId: 'gateway-1',
    settings: () => create(SettingsSchema, SETTINGS),
    statements: () => trust.keys,
    onError: () => undefined,
  });
  await devices.start();
  const { telemetry, commands, inventory } = createMemoryRegistry().ports;
  const { admission, facts } = devices;
  const ports = { admission, facts, presence: devices.presence.port, telemetry, commands, inventory };
  const gateway = createGateway({ ports, trust, connections, clock, log, registry });
  const { port } = gateway.listen('127.0.0.1', 0);
  return { devices, connections, gateway, gatewayAddress: `127.0.0.1:${port}` };
}

function startConsole({ database, audit, log }: Parts, rawRoutes: readonly RawRoute[]) {
  const handler = createConsoleHandler({
    api: async () => undefined,
    rawRoutes,
    staticFiles: async () => undefined,
    authenticate: async () => undefined,
    idempotency: createIdempotency(database),
    denied: audit.denied,
    log,
    metrics: createMetrics('0.0.0'),
  });
  return createListeners(handler);
}

function createReach(own: ConsoleTls | undefined, gatewayAddress: string) {
  let port = 0;
  const tls = own ? { kind: 'own' as const, pin: own.pin } : { kind: 'none' as const };
  const at = (host: string) => ({ url: `${own ? 'https' : 'http'}://${host}`, tls });
  const reach: Reachability = {
    console: (address = '127.0.0.1') => at(`${address}:${port}`),
    consoleAt: at,
    consoleCertificate: () => own?.cert,
    gateways: () => [gatewayAddress],
    serverName: async () => 'Muster under test',
  };
  const foundPort = (found: number) => {
    port = found;
  };
  return { reach, foundPort };
}

/** See `startTestServer`. */
export type TestServer = Awaited<ReturnType<typeof startTestServer>>;

/** The machine's clock, which a test can move on. */
function movableClock() {
  let offset = 0;
  return {
    ...systemClock,
    now: () => systemClock.now() + offset,
    monotonic: () => systemClock.monotonic() + offset,
    advance(ms: number) {
      offset += ms;
    },
  };
}

async function insertTenant(database: Database) {
  const orgId = newId<OrgId>();
  const siteId = newId<SiteId>();
  const scope = { orgIds: [orgId] };
  const name = `Tenant ${orgId}`;
  await database.transaction(scope, async (tx) => {
    await tx.execute(sql`insert into organisations (id, name) values (${orgId}, ${name})`);
    await tx.execute(sql`insert into sites (id, org_id, name) values (${siteId}, ${orgId}, 'Main')`);
  });
  const actor: Actor = { kind: 'system', part: 'test', scope };
  return { orgId, siteId, scope, actor };
}

/** What a machine says of itself when it enrols; a test says only what matters. */
export type MachinePart = { key?: DeviceKey } & Partial<
  Pick<EnrolRequest, 'token' | 'deviceId' | 'deviceProof' | 'proof' | 'tags' | 'reidentify' | 'agentVersion'>
>;
export type EnrolOutcome = { status: number; response?: EnrolResponse; problem?: Problem };

/** Sends an enrolment as an agent would. */
export async function postEnrolment(server: TestServer, part: MachinePart): Promise<EnrolOutcome> {
  const { key = createDeviceKey(), ...given } = part;
  const publicKey = key.spki;
  const proof = key.sign(enrolBytes({ token: part.token ?? '', publicKey }));
  const facts = create(FactsSchema, { hostname: 'db-03', os: 'linux', arch: 'amd64' });
  const request = { publicKey, proof, facts, agentVersion: '0.1.0', ...given };
  const response = await fetch(`${server.url}${ENROL_PATH}`, {
    method: 'POST',
    headers: { 'content-type': 'application/proto' },
    body: toBinary(EnrolRequestSchema, create(EnrolRequestSchema, request)),
    tls: { ca: server.consoleCertificate },
  });
  if (!response.ok) return { status: response.status, problem: (await response.json()) as Problem };
  const bytes = new Uint8Array(await response.arrayBuffer());
  return { status: response.status, response: fromBinary(EnrolResponseSchema, bytes) };
}

/** The identity that an agent would keep of an enrolment. */
export function identityFrom(key: DeviceKey, response: EnrolResponse): AgentIdentity {
  return {
    deviceId: response.deviceId,
    installationId: response.installationId,
    key,
    certificate: certificatePem(response.deviceCertificate),
    serverCa: certificatePem(response.serverCa),
    deviceToken: response.deviceToken,
  };
}
