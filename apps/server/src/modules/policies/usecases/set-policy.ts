import { MusterError, type Policy } from '@muster/contracts';
import type { PolicyValues } from '@muster/contracts/policies';
import { type Actor, requirePermission } from '../../../platform/actor.ts';
import { sidesOf } from '../../../platform/bus/sides-of.ts';
import { demandCurrent } from '../../../platform/http/index.ts';
import { lockGroupPolicies, lockPolicy, readPolicy, writePolicy } from '../db/policies.ts';
import type { PolicyDeps } from '../policy-deps.ts';
import { demandSound } from './check-groups.ts';
import { getPlace, type PlaceInput, toPolicy } from './places.ts';

export type SetPolicyInput = PlaceInput & {
  readonly fields: PolicyValues;
  readonly ifMatch: string | undefined;
};

/** Says what a policy sets. The devices that it reaches are queued in the same transaction. */
export async function setPolicy(deps: PolicyDeps, actor: Actor, input: SetPolicyInput): Promise<Policy> {
  const scope = requirePermission(actor, 'policies:manage');
  if (!input.ifMatch)
    throw new MusterError('precondition_required', 'Send If-Match with the etag of the policy last read.');
  return deps.database.transaction(scope, async (tx) => {
    const place = await getPlace(tx, scope, { ...input, purpose: 'changing' });
    if (place.kind === 'group') await lockGroupPolicies(tx, place.orgId);
    const before = await lockPolicy(tx, place);
    demandCurrent(before.version, input.ifMatch, `The policy of ${place.placeName}`);
    await writePolicy(tx, place, input.fields);
    if (place.kind === 'group') await demandSound(deps, tx, place.orgId);
    const after = await readPolicy(tx, place);
    await deps.audit.append(tx, {
      by: actor,
      orgId: place.orgId,
      action: 'policy.changed',
      target: { kind: place.kind, id: place.placeId, name: place.placeName },
      ...sidesOf(before, after, ['fields']),
    });
    return toPolicy(after);
  });
}
