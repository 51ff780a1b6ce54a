import { contract, type Device } from '@muster/contracts';
import { OPERATORS_OF } from '@muster/query';
import { implement } from '@orpc/server';
import { requirePermission } from '../../platform/actor.ts';
import { createJoinedRuns } from '../../platform/bus/joined-runs.ts';
import type { RequestContext } from '../../platform/http/index.ts';
import { freshRow, type LatestNow } from './domain/fresh-row.ts';
import type { Queries } from './query/compile-query.ts';
import { changeLifecycle, type LifecycleDeps } from './usecases/change-lifecycle.ts';
import { completeValues } from './usecases/complete-values.ts';
import { explainQuery } from './usecases/explain-query.ts';
import { getDevice } from './usecases/get-device.ts';
import { listDevices } from './usecases/list-devices.ts';
import { summariseDevices } from './usecases/summarise-devices.ts';
import { tagDevices } from './usecases/tag-devices.ts';
import { transferDevice } from './usecases/transfer-device.ts';
import { updateDevice } from './usecases/update-device.ts';
import { type FleetView, viewFleet } from './usecases/view-fleet.ts';

/** Routes of contract.devices. */
export function createDeviceRoutes(
  deps: LifecycleDeps & { readonly queries: Queries; readonly latestNow?: LatestNow },
) {
  const routes = implement(contract.devices).$context<RequestContext>();
  const views = createJoinedRuns<FleetView>();
  return {
    list: routes.list.handler(async ({ input, context }) => {
      const page = await listDevices(deps, context.actor, input);
      return { ...page, items: page.items.map((row) => freshRow(row, deps.latestNow)) };
    }),
    summary: routes.summary.handler(({ input, context }) =>
      summariseDevices(deps, context.actor, input.query),
    ),
    overview: routes.overview.handler(({ input, context }) => {
      const scope = requirePermission(context.actor, 'devices:read');
      // Everybody who looks at the same devices reads them together.
      return views(JSON.stringify([scope, input.query]), () => viewFleet(deps, context.actor, input.query));
    }),
    fields: routes.fields.handler(({ context }) => ({
      fields: describeFields(deps.queries.within(requirePermission(context.actor, 'devices:read').orgIds)),
    })),
    explain: routes.explain.handler(({ input, context }) => explainQuery(deps, context.actor, input.query)),
    complete: routes.complete.handler(async ({ input, context }) => ({
      values: await completeValues(deps, context.actor, input),
    })),
    get: routes.get.handler(async ({ input, context }) =>
      tagged(context, freshRow(await getDevice(deps, context.actor, input.deviceId), deps.latestNow)),
    ),
    update: routes.update.handler(async ({ input, context }) => {
      const ifMatch = context.headers.get('if-match') ?? undefined;
      return tagged(context, await updateDevice(deps, context.actor, { ...input, ifMatch }));
    }),
    tag: routes.tag.handler(async ({ input, context }) => ({
      changed: await tagDevices(deps, context.actor, input),
    })),
    approve: routes.approve.handler(({ input, context }) =>
      changeLifecycle(deps, context.actor, { ...input, event: 'approve' }),
    ),
    suspend: routes.suspend.handler(({ input, context }) =>
      changeLifecycle(deps, context.actor, { ...input, event: 'suspend' }),
    ),
    resume: routes.resume.handler(({ input, context }) =>
      changeLifecycle(deps, context.actor, { ...input, event: 'resume' }),
    ),
    revoke: routes.revoke.handler(({ input, context }) =>
      changeLifecycle(deps, context.actor, { ...input, event: 'revoke' }),
    ),
    transfer: routes.transfer.handler(({ input, context }) => transferDevice(deps, context.actor, input)),
    retire: routes.retire.handler(({ input, context }) =>
      changeLifecycle(deps, context.actor, { ...input, event: 'retire' }),
    ),
  };
}

/** The etag goes out as a header too, for clients that speak HTTP rather than our contract. */
function tagged(context: RequestContext, device: Device): Device {
  context.responseHeaders.set('etag', device.etag);
  return device;
}

function describeFields({ catalogue }: Queries) {
  return catalogue.fields.map(({ name, kind, describe, values, sortable, takes, also }) => ({
    name,
    kind,
    describe,
    operators: [
      ...new Set([kind, ...(also ?? []).map((reading) => reading.kind)].flatMap((one) => OPERATORS_OF[one])),
    ].map(({ operator }) => operator),
    values: values ? [...values] : null,
    sortable: sortable ?? false,
    takes: takes ?? null,
  }));
}
