import { MusterError, type Place, type RoleId, type UserId } from '@muster/contracts';
import type { AuditWho } from '@muster/contracts/audit';
import type { Actor, Scope } from '../../../../platform/actor.ts';
import type { Tx } from '../../../../platform/db/index.ts';
import { deleteGrant, keepAnAdministrator, tellOfGrant } from '../../../access/index.ts';
import { type GivenRow, insertGiven, listGiven } from '../db/identity-rows.ts';
import type { ProviderRow } from '../db/provider-rows.ts';
import type { ProviderName, ProvidersDeps } from '../providers-deps.ts';

type Deps = Pick<ProvidersDeps, 'audit'>;

/**
 * Gives a person the roles of their groups and takes those back whose groups they left. What a person gave by hand is
 * another grant and stays; so does what makes them the last administrator who can sign in.
 */
export async function reconcileGrants(
  deps: Deps,
  tx: Tx,
  person: {
    readonly provider: Pick<ProviderRow, 'id' | 'name' | 'mappings'>;
    readonly userId: UserId;
    readonly isIn: (group: string) => boolean;
  },
): Promise<void> {
  const { provider, userId, isIn } = person;
  const by: AuditWho = { kind: 'system', id: `provider:${provider.id}`, name: provider.name, via: null };
  const wanted = new Map(
    provider.mappings.filter(({ group }) => isIn(group)).map((mapping) => [keyOf(mapping), mapping]),
  );
  for (const given of await listGiven(tx, provider.id, userId)) {
    if (!wanted.delete(keyOf(given))) await takeBack(deps, tx, by, given);
  }
  for (const { roleId, roleName, orgId, siteId, groupId } of wanted.values()) {
    const id = await insertGiven(tx, { providerId: provider.id, userId, roleId, orgId, siteId, groupId });
    if (!id) continue;
    const grant = { id, roleId, roleName, orgId, siteId, groupId };
    await tellOfGrant(deps, tx, { by, scope: scopeOf(grant), userId, grant, given: true });
  }
}

/** Takes back from everybody what no mapping of the provider gives any more. */
export async function withdrawUnmapped(
  deps: Deps,
  tx: Tx,
  change: { readonly by: Actor; readonly provider: ProviderName; readonly mappings: readonly Mapped[] },
): Promise<void> {
  const kept = new Set(change.mappings.map(keyOf));
  for (const given of await listGiven(tx, change.provider.id)) {
    if (!kept.has(keyOf(given))) await takeBack(deps, tx, change.by, given);
  }
}

type Mapped = Place & { readonly roleId: RoleId };

async function takeBack(deps: Deps, tx: Tx, by: Actor | AuditWho, grant: GivenRow): Promise<void> {
  if (!(await isDispensable(tx, grant))) return;
  await deleteGrant(tx, grant.id);
  await tellOfGrant(deps, tx, { by, scope: scopeOf(grant), userId: grant.userId, grant, given: false });
}

async function isDispensable(tx: Tx, { id }: GivenRow): Promise<boolean> {
  try {
    await keepAnAdministrator(tx, { grantId: id });
    return true;
  } catch (error) {
    if (error instanceof MusterError && error.code === 'conflict') return false;
    throw error;
  }
}

/** The log of the grant's own place. */
function scopeOf({ orgId }: Place): Scope {
  return { orgIds: orgId ? [orgId] : [] };
}

function keyOf({ roleId, orgId, siteId, groupId }: Mapped): string {
  return [roleId, orgId, siteId, groupId].join();
}
