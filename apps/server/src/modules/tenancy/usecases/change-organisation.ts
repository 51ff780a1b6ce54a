import { MusterError, type Organisation, type OrgId, type SiteId } from '@muster/contracts';
import { type Actor, coversOrg, requirePermission, type Scope } from '../../../platform/actor.ts';
import { sidesOf } from '../../../platform/bus/sides-of.ts';
import type { Tx } from '../../../platform/db/index.ts';
import { demandCurrent, etagOf } from '../../../platform/http/index.ts';
import { newId } from '../../../platform/new-id.ts';
import {
  countInUse,
  insertOrganisation,
  insertSite,
  lockOrganisation,
  type OrganisationRow,
  removeOrganisationRow,
  writeOrganisation,
} from '../db/rows.ts';
import type { TenancyDeps } from '../tenancy-deps.ts';
import { refuseTakenName } from './refuse-taken-name.ts';

type Deps = TenancyDeps;

/** Makes an organisation with its first site. */
export async function createOrganisation(
  deps: Deps,
  actor: Actor,
  input: { readonly name: string; readonly siteName: string; readonly timezone: string },
): Promise<Organisation> {
  requirePermission(actor, 'organisations:create');
  const id = newId<OrgId>();
  const scope: Scope = { orgIds: [id] };
  return deps.database.transaction(scope, async (tx) => {
    await insertOrganisation(tx, { id, name: input.name }).catch(refuseTakenName);
    const site = { name: input.siteName, timezone: input.timezone, location: '', contactEmail: null };
    await insertSite(tx, { ...site, id: newId<SiteId>(), orgId: id });
    // In the log of the system: who may do this is no matter of one organisation, and it outlives them all.
    await deps.audit.append(tx, {
      by: actor,
      orgId: null,
      action: 'organisation.created',
      target: { kind: 'organisation', id, name: input.name },
      after: { name: input.name, siteName: input.siteName, timezone: input.timezone },
    });
    return toOrganisation(await getOrganisation(tx, scope, id));
  });
}

/** Renames an organisation. */
export async function updateOrganisation(
  deps: Deps,
  actor: Actor,
  input: { readonly orgId: OrgId; readonly name: string; readonly ifMatch: string | undefined },
): Promise<Organisation> {
  const scope = requirePermission(actor, 'organisations:manage');
  return deps.database.transaction(scope, async (tx) => {
    const before = await getOrganisation(tx, scope, input.orgId);
    demandCurrent(before.version, input.ifMatch, before.name);
    await writeOrganisation(tx, input.orgId, input.name).catch(refuseTakenName);
    const after = await getOrganisation(tx, scope, input.orgId);
    await deps.audit.append(tx, {
      by: actor,
      orgId: after.id,
      action: 'organisation.changed',
      target: { kind: 'organisation', id: after.id, name: after.name },
      ...sidesOf(before, after, ['name']),
    });
    return toOrganisation(after);
  });
}

/** Removes an organisation in which nothing lives any more; what it had stays for the records. */
export async function removeOrganisation(
  deps: Deps,
  actor: Actor,
  { orgId }: { readonly orgId: OrgId },
): Promise<void> {
  const scope = requirePermission(actor, 'organisations:create');
  await deps.database.transaction(scope, async (tx) => {
    const org = await getOrganisation(tx, scope, orgId);
    if (scope.orgIds.length === 1)
      throw new MusterError('conflict', `${org.name} is the only organisation there is.`, { orgId });
    const inUse = await countInUse(tx, { orgId });
    if (inUse > 0) {
      throw new MusterError(
        'conflict',
        `${org.name} still has ${inUse} devices or open enrolment tokens; retire and revoke them first.`,
        { orgId, inUse },
      );
    }
    await removeOrganisationRow(tx, orgId);
    await deps.audit.append(tx, {
      by: actor,
      orgId: null,
      action: 'organisation.removed',
      target: { kind: 'organisation', id: orgId, name: org.name },
      before: { name: org.name, sites: org.sites },
    });
  });
}

/** An organisation of which the scope covers the whole; throws not_found. */
async function getOrganisation(tx: Tx, scope: Scope, orgId: OrgId): Promise<OrganisationRow> {
  const org = coversOrg(scope, orgId) ? await lockOrganisation(tx, scope, orgId) : undefined;
  if (!org) throw new MusterError('not_found', 'There is no such organisation.', { orgId });
  return org;
}

/** A row in the contract's shape. */
export function toOrganisation({ version, ...row }: OrganisationRow): Organisation {
  return { ...row, etag: etagOf(version) };
}
