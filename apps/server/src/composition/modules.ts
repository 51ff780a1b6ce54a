import { hostname } from 'node:os';
import { join } from 'node:path';
import { createAccess } from '../modules/access/index.ts';
import { createApprovals } from '../modules/approvals/index.ts';
import { createCommands } from '../modules/commands/index.ts';
import { createDevices, type Devices } from '../modules/devices/index.ts';
import { type AgentBuilds, createAgentBuilds, createEnrolment } from '../modules/enrolment/index.ts';
import { createEvents, type Events } from '../modules/events/index.ts';
import { createFieldCatalogue, createFields, type FieldCatalogue } from '../modules/fields/index.ts';
import { createIdentity } from '../modules/identity/index.ts';
import { createInventory, INVENTORY_FIELDS } from '../modules/inventory/index.ts';
import { createLive } from '../modules/live/index.ts';
import { createMembership, MEMBERSHIP_FIELDS, touchDevice } from '../modules/membership/index.ts';
import { createPolicies, settingsOf } from '../modules/policies/index.ts';
import { createSentpulse } from '../modules/sentpulse/index.ts';
import { createAddresses, type Doors, loadConsoleTls } from '../modules/system/index.ts';
import { createTelemetry, type Telemetry } from '../modules/telemetry/index.ts';
import { createTenancy } from '../modules/tenancy/index.ts';
import { createTimeline } from '../modules/timeline/index.ts';
import { createViews } from '../modules/views/index.ts';
import { createConnections, createGateway } from '../platform/gateway/index.ts';
import type { DeviceLink, NodePort } from '../platform/gateway/ports.ts';
import { APP_VERSION } from '../platform/process/app-version.ts';
import type { Platform } from './platform.ts';

/** The checkout that this server runs from: agents are built from its sources. */
const CHECKOUT = join(import.meta.dir, '..', '..', '..', '..');

/** Devices with what is said to them and heard from them; `connections` is how everything reaches a socket. */
export function createDeviceSide(platform: Platform) {
  const { database, audit, clock, log, trust, folder, metrics, settings, onError } = platform;
  const connections = createConnections();
  const events = createEvents({ database, onError, now: () => new Date(clock.now()) });
  const ownFields = createFieldCatalogue({ database, onError });
  const devices = createDevices({
    database,
    audit,
    events,
    clock,
    node: connections,
    installationId: trust.installationId,
    gatewayId: folder.nodeId,
    settings: settingsOf,
    statements: () => trust.keys,
    fields: [...INVENTORY_FIELDS, ...MEMBERSHIP_FIELDS],
    ownFields,
    latestNow: (deviceId) => telemetry.rowValues(deviceId),
    onError,
  });
  const telemetry: Telemetry = createTelemetry({
    database,
    node: connections,
    log,
    now: clock.now,
    mustExist: devices.mustExist,
  });
  const commands = createCommands({
    ...{ database, audit, events, clock, log, onError },
    targets: devices,
    nodes: connections,
    signer: trust.signer,
    installationId: trust.installationId,
    retentionDays: () => settings.value('commands.retentionDays'),
  });
  const inventory = createInventory({
    database,
    now: clock.now,
    mustExist: devices.mustExist,
    linkOf: devices.linkOf,
    touched: touchDevice,
    onError,
  });
  const groupSide = createGroupSide(platform, { events, devices, connections, ownFields });
  const { policies } = groupSide;
  const timeline = createTimeline({ database, mustExist: devices.mustExist });
  const views = createViews({ database, audit, queries: devices.queries });
  const presence = devices.presence.port;
  const ports = {
    admission: devices.admission,
    presence: {
      ...presence,
      opened: (link: DeviceLink) => {
        presence.opened(link);
        policies.opened(link.deviceId);
      },
    },
    telemetry: telemetry.port,
    commands: commands.port,
    facts: devices.facts,
    inventory: inventory.port,
  };
  const gateway = createGateway({ ports, trust, connections, clock, log, registry: metrics.registry });
  return { events, devices, telemetry, commands, inventory, timeline, views, ...groupSide, gateway };
}

type GroupNeeds = {
  events: Events;
  devices: Devices;
  connections: NodePort;
  ownFields: FieldCatalogue;
};

/** Which groups a device is in, and what policies, tags and custom fields make of it. */
function createGroupSide({ database, audit, clock, onError }: Platform, needs: GroupNeeds) {
  const { events, devices, connections } = needs;
  const membership = createMembership({
    database,
    events,
    queries: devices.queries,
    count: async (tx, scope, query) => (await devices.summary(tx, scope, query)).total,
    list: async (actor, query) =>
      (await devices.list(actor, { query, sort: 'hostname', limit: 20 })).items.map(
        ({ id, displayName, hostname }) => ({ id, name: displayName ?? hostname }),
      ),
    onError,
  });
  const policies = createPolicies({
    database,
    audit,
    events,
    queries: devices.queries,
    node: connections,
    presence: devices.presence,
    now: clock.now,
    onError,
  });
  const fields = createFields({
    database,
    audit,
    catalogue: needs.ownFields,
    groups: membership.fieldPort,
    demandSoundPolicies: policies.demandSound,
    onError,
  });
  return { membership, policies, fields };
}

/** What `createDeviceSide` makes. */
export type DeviceSide = ReturnType<typeof createDeviceSide>;

/** People, tenants, enrolment and the live console; `doors` are opened later and asked each time. */
export async function createPeopleSide(platform: Platform, side: DeviceSide, doors: () => Doors) {
  const { config, database, audit, clock, log, trust, folder, metrics, settings, onError } = platform;
  const { devices, telemetry, commands, events, membership } = side;
  const consoleTls = await loadConsoleTls(config, trust);
  const addresses = createAddresses({
    doors: () => doors().list(),
    certificate: consoleTls.certificate,
    serverName: async () => (await settings.value('installation.name')) || hostname(),
  });
  const builds = await createAgentBuilds({
    checkout: CHECKOUT,
    dataDir: folder.path,
    version: APP_VERSION,
    log,
  });
  const identity = createIdentity({
    events,
    database,
    audit,
    clock,
    takeRootKey: () => trust.takeRootKey(),
    trust,
    onError,
  });
  const enrolment = createEnrolment({
    database,
    audit,
    clock,
    events,
    trust,
    devices,
    reach: addresses,
    builds,
    registry: metrics.registry,
    log,
  });
  const live = createLive({
    database,
    clock,
    version: APP_VERSION,
    devices,
    telemetry,
    commands,
    feed: events.feed,
    currentPeople: identity.currentPeople,
    onError,
  });
  identity.onSignedOut(live.dropSession);
  const sentpulse = createSentpulse({
    listDevices: devices.list,
    getDevice: devices.get,
    getSeries: telemetry.getSeries,
    latest: telemetry.latest,
    linkOf: devices.linkOf,
    telemetry: telemetry.port,
    presence: devices.presence.port,
    now: clock.now,
    onError,
  });
  const approvals = createApprovals({ database, audit, clock });
  const tenancy = createTenancy({ database, audit });
  const { policies, fields: tags } = side;
  const access = createAccess({ database, audit, smartGroups: membership.port, policies, tags });
  return { consoleTls, addresses, builds, identity, enrolment, live, sentpulse, tenancy, access, approvals };
}

/** What `createPeopleSide` makes. */
export type PeopleSide = Awaited<ReturnType<typeof createPeopleSide>>;

/** Starts a build and says how it stands; the console asks again. */
export function prepareBuild(builds: AgentBuilds, platform: Parameters<AgentBuilds['ensure']>[0]) {
  // How it ends is kept in the list, a failure with its reason.
  builds.ensure(platform).catch(() => undefined);
  const state = builds.list().find((build) => build.platform === platform)?.state ?? 'absent';
  return { platform, state };
}
