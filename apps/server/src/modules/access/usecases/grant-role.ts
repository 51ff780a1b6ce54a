import { type Grant, MusterError, type NewGrant, type UserId } from '@muster/contracts';
import { type Actor, requirePermission } from '../../../platform/actor.ts';
import type { Tx } from '../../../platform/db/index.ts';
import type { AccessDeps } from '../access-deps.ts';
import { findGrants, type GrantRow, insertGrant, placeExists } from '../db/grants.ts';
import { findRole, type RoleRow } from '../db/roles.ts';
import { demandAsMuch } from '../domain/places.ts';
import { permissionsOfRole } from '../domain/rights.ts';
import { demandVisible } from './reach-person.ts';
import { throwNoRole } from './read-role.ts';
import { type Appending, tellOfGrant } from './tell-of-person.ts';

export type GrantInput = NewGrant & { readonly userId: UserId };

/** Gives a person a role at a place. The same grant twice is one. */
export async function grantRole(deps: AccessDeps, actor: Actor, input: GrantInput): Promise<Grant> {
  const scope = requirePermission(actor, 'users:manage');
  return deps.database.transaction(scope, async (tx) => {
    await demandVisible(tx, scope, input.userId);
    const id = await giveRole(deps, tx, actor, input);
    const grant = (await findGrants(tx, scope, [input.userId])).find((one) => one.id === id);
    if (!grant) throw new MusterError('internal', 'The grant that was just made is not there.');
    return toGrant(grant);
  });
}

/** The same in a transaction that is open, for a person who was just invited. */
export async function giveRole(
  deps: Appending,
  tx: Tx,
  actor: Actor,
  input: GrantInput,
): Promise<Grant['id']> {
  const scope = requirePermission(actor, 'users:manage');
  const { roleId, orgId, siteId, groupId, userId } = input;
  const place = { orgId, siteId, groupId };
  const role = await demandGrantable(tx, actor, input);
  const createdBy = actor.kind === 'person' ? actor.userId : null;
  const { id, added } = await insertGrant(tx, { ...place, userId, roleId, createdBy });
  const grant = { id, roleId, roleName: role.name, ...place };
  if (added) await tellOfGrant(deps, tx, { by: actor, scope, userId, grant, given: true });
  return id;
}

/** The role, where role and place exist and the actor could give the one at the other. */
export async function demandGrantable(
  tx: Tx,
  actor: Actor,
  { roleId, orgId, siteId, groupId }: NewGrant,
): Promise<RoleRow> {
  const place = { orgId, siteId, groupId };
  if (siteId && groupId)
    throw new MusterError('invalid_input', 'A grant holds at a site or in a group, not both.', {
      field: 'groupId',
    });
  if (!(await placeExists(tx, place)))
    throw new MusterError('not_found', 'There is no such organisation, site or group.', place);
  const role = (await findRole(tx, roleId)) ?? throwNoRole(roleId);
  demandAsMuch(actor, permissionsOfRole(role), place);
  return role;
}

/** A row in the contract's shape. */
export function toGrant({
  id,
  roleId,
  roleName,
  orgId,
  siteId,
  groupId,
  placeName,
  provider,
  createdAt,
}: GrantRow): Grant {
  return { id, roleId, roleName, orgId, siteId, groupId, placeName, provider, createdAt };
}
