import { contract } from '@muster/contracts';
import { implement } from '@orpc/server';
import { requirePermission } from '../../platform/actor.ts';
import type { RequestContext } from '../../platform/http/index.ts';
import { auditChange } from './audit-change.ts';
import { changeSetting, listSettings } from './change-setting.ts';
import type { SystemDeps } from './system-deps.ts';

/** State and addresses of this server, sites, and the pass to the live socket. */
export function createSystemRoutes(deps: SystemDeps) {
  const routes = implement(contract.system).$context<RequestContext>();
  const addresses = () => ({
    consoleAddresses: deps.addresses.consoleUrls(),
    gatewayAddresses: deps.addresses.gatewayAddresses(),
  });
  return routes.router({
    status: routes.status.handler(async () => ({
      version: deps.version,
      installationId: deps.installationId,
      startedAt: deps.startedAt.toISOString(),
      ...addresses(),
      tls: deps.addresses.tls(),
      warnings: await deps.warnings(),
      agentBuilds: await deps.builds.list(),
    })),
    listen: routes.listen.handler(async ({ input, context }) => {
      const before = addresses();
      await deps.listen(input.address);
      const change = { target: 'listen', before, after: { address: input.address, ...addresses() } };
      await auditChange(deps, context.actor, change);
      return addresses();
    }),
    publishGateways: routes.publishGateways.handler(async ({ input: { addresses, rootKey }, context }) => {
      const { issuedAt } = await deps.publishGateways(addresses, rootKey);
      await auditChange(deps, context.actor, { target: 'gateways', after: { addresses } });
      return { addresses, issuedAt: issuedAt.toISOString() };
    }),
    prepareAgentBuild: routes.prepareAgentBuild.handler(async ({ input, context }) => {
      const { platform } = input;
      await auditChange(deps, context.actor, { action: 'agent_build.prepared', target: platform });
      return deps.builds.prepare(platform);
    }),
    sites: routes.sites.handler(async ({ context }) => ({
      items: await deps.listSites(requirePermission(context.actor, 'organisations:read')),
    })),
    liveTicket: routes.liveTicket.handler(({ context }) => deps.liveTicket(context.actor)),
  });
}

/** Routes of contract.settings. */
export function createSettingRoutes(deps: Pick<SystemDeps, 'database' | 'audit'>) {
  const routes = implement(contract.settings).$context<RequestContext>();
  const ifMatchOf = ({ headers }: RequestContext) => headers.get('if-match') ?? undefined;
  return routes.router({
    list: routes.list.handler(async () => ({ items: await listSettings(deps) })),
    update: routes.update.handler(({ input: { key, value }, context }) =>
      changeSetting(deps, context.actor, { key, value: value ?? null, ifMatch: ifMatchOf(context) }),
    ),
    reset: routes.reset.handler(({ input: { key }, context }) =>
      changeSetting(deps, context.actor, { key, value: undefined, ifMatch: ifMatchOf(context) }),
    ),
  });
}
