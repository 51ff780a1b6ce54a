import { type GrantId, MusterError } from '@muster/contracts';
import { type Actor, requirePermission } from '../../../platform/actor.ts';
import type { AccessDeps } from '../access-deps.ts';
import { keepAnAdministrator } from '../db/administrators.ts';
import { deleteGrant, lockGrant } from '../db/grants.ts';
import { demandAsMuch } from '../domain/places.ts';
import { permissionsOfRole } from '../domain/rights.ts';
import { tellOfGrant } from './tell-of-person.ts';

/** Takes a role from a person; their next request does not have it any more. */
export async function withdrawGrant(
  deps: AccessDeps,
  actor: Actor,
  { grantId }: { readonly grantId: GrantId },
): Promise<void> {
  const scope = requirePermission(actor, 'users:manage');
  await deps.database.transaction(scope, async (tx) => {
    const grant = await lockGrant(tx, scope, grantId);
    if (!grant) throw new MusterError('not_found', 'There is no such grant.', { grantId });
    demandAsMuch(actor, permissionsOfRole(grant), grant);
    if (grant.provider !== null)
      throw new MusterError(
        'conflict',
        `${grant.provider} gives this role by a group, and would give it again; change the group or the mapping.`,
        { grantId },
      );
    await keepAnAdministrator(tx, { grantId });
    await deleteGrant(tx, grantId);
    await tellOfGrant(deps, tx, { by: actor, scope, userId: grant.userId, grant, given: false });
  });
}
