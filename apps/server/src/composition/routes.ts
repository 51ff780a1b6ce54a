import { createSettingRoutes, createSystemRoutes, type Doors } from '../modules/system/index.ts';
import { createApiDocRoutes, type RawRoute } from '../platform/http/index.ts';
import { createOperationRoutes } from '../platform/operations/index.ts';
import { APP_VERSION } from '../platform/process/app-version.ts';
import { type DeviceSide, type PeopleSide, prepareBuild } from './modules.ts';
import type { Platform } from './platform.ts';

/** Everything that the console listeners answer, beside the console's own files. */
export function createRoutes(platform: Platform, side: DeviceSide, people: PeopleSide, doors: () => Doors) {
  const { identity, tenancy, access, enrolment, live, sentpulse, addresses, builds } = people;
  const { audit, database } = platform;
  const system = createSystemRoutes({
    audit,
    database,
    version: APP_VERSION,
    installationId: platform.trust.installationId,
    startedAt: new Date(platform.clock.now()),
    addresses,
    warnings: async () => [...(await platform.trust.warnings()), ...missingAddresses(doors())],
    listen: (address) => doors().add(address),
    publishGateways: async (addresses, rootKey) => {
      const published = await platform.trust.publishGateways(addresses, rootKey);
      side.gateway.announceKeys(platform.trust.keys);
      return published;
    },
    listSites: tenancy.listSites,
    liveTicket: live.ticket,
    builds: { list: builds.list, prepare: (target) => prepareBuild(builds, target) },
  });
  const router = {
    auth: identity.routes,
    factors: identity.factorRoutes,
    sessions: identity.sessionRoutes,
    ...identity.tokens.routes,
    system,
    settings: createSettingRoutes({ audit, database }),
    devices: side.devices.routes,
    telemetry: side.telemetry.routes,
    inventory: side.inventory.routes,
    timeline: side.timeline.routes,
    commands: side.commands.routes,
    tokens: enrolment.routes,
    audit: audit.routes,
    approvals: people.approvals.routes,
    access: access.routes,
    groups: access.groupRoutes,
    policies: side.policies.routes,
    fields: side.fields.routes,
    tags: side.fields.tagRoutes,
    views: side.views.routes,
    ...identity.people,
    ...identity.providers.routes,
    organisations: tenancy.organisationRoutes,
    sites: tenancy.siteRoutes,
  };
  const rawRoutes: RawRoute[] = [
    ...createOperationRoutes({ ...platform, authenticate: identity.authenticate }),
    ...createApiDocRoutes(),
    identity.setUp.route,
    identity.tokens.keyRoute,
    ...identity.providers.rawRoutes,
    audit.exportRoute,
    live.route,
    ...enrolment.rawRoutes,
    ...sentpulse.routes,
  ];
  return { router, rawRoutes };
}

function missingAddresses(doors: Doors) {
  return doors.missing().map((address) => ({
    code: 'address_missing',
    message: `${address} was to be listened on, but this machine does not have that address now.`,
  }));
}
