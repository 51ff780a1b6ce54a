import type { contract, DeviceId, Policy } from '@muster/contracts';
import { effectiveValues } from '@muster/contracts/policies';
import type { InferContractRouterOutputs } from '@orpc/contract';
import { type Actor, requirePermission } from '../../../platform/actor.ts';
import { listPolicies, readPolicy, readSources, readStored } from '../db/policies.ts';
import { resolve } from '../domain/resolve.ts';
import type { PolicyDeps } from '../policy-deps.ts';
import { getPlace, type PlaceInput, toPolicy } from './places.ts';

/** The policies in scope that set something. */
export async function listAll(deps: PolicyDeps, actor: Actor): Promise<Policy[]> {
  const scope = requirePermission(actor, 'policies:read');
  const rows = await deps.database.transaction(scope, (tx) => listPolicies(tx, scope));
  return rows.map(toPolicy);
}

/** The policy of one place, empty where it sets nothing. */
export async function getPolicy(deps: PolicyDeps, actor: Actor, input: PlaceInput): Promise<Policy> {
  const scope = requirePermission(actor, 'policies:read');
  return deps.database.transaction(scope, async (tx) => {
    const place = await getPlace(tx, scope, { ...input, purpose: 'reading' });
    return toPolicy(await readPolicy(tx, place));
  });
}

type Effective = InferContractRouterOutputs<typeof contract.policies>['effective'];

/** What holds for a device and where each value comes from, with the names of all that has a say. */
export async function effectivePolicy(
  deps: PolicyDeps,
  actor: Actor,
  { deviceId }: { readonly deviceId: DeviceId },
): Promise<Effective> {
  const scope = requirePermission(actor, 'devices:read');
  return deps.database.transaction(scope, async (tx) => {
    await getPlace(tx, scope, { kind: 'device', placeId: deviceId, purpose: 'reading' });
    const fields = resolve(await readSources(tx, deviceId));
    const stored = effectiveValues(await readStored(tx, deviceId));
    return { deviceId, pending: fields.some(({ field, value }) => stored[field] !== value), fields };
  });
}
