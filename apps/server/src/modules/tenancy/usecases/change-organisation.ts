import { MusterError, type Organisation, type OrgId, type SiteId } from '@muster/contracts';
import { type Actor, coversOrg, requirePermission, type Scope } from '../../../platform/actor.ts';
import { sidesOf } from '../../../platform/bus/sides-of.ts';
import { refuseTakenName, type Tx } from '../../../platform/db/index.ts';
import { demandCurrent, etagOf } from '../../../platform/http/index.ts';
import { newId } from '../../../platform/new-id.ts';
import {
  countCustomers,
  countInUse,
  insertOrganisation,
  insertSite,
  lockInOrder,
  lockOrganisation,
  type OrganisationRow,
  removeOrganisationRow,
  writeOrganisation,
} from '../db/rows.ts';
import type { TenancyDeps } from '../tenancy-deps.ts';

type Deps = TenancyDeps;

/** Makes an organisation with its first site. */
export async function createOrganisation(
  deps: Deps,
  actor: Actor,
  input: {
    readonly name: string;
    readonly siteName: string;
    readonly timezone: string;
    readonly partnerId: OrgId | null;
  },
): Promise<Organisation> {
  requirePermission(actor, 'organisations:create');
  const id = newId<OrgId>();
  const scope: Scope = { orgIds: input.partnerId ? [id, input.partnerId] : [id] };
  return deps.database.transaction(scope, async (tx) => {
    await insertOrganisation(tx, { id, name: input.name }).catch(
      refuseTakenName('There is an organisation', input.name),
    );
    const site = { name: input.siteName, timezone: input.timezone, location: '', contactEmail: null };
    await insertSite(tx, { ...site, id: newId<SiteId>(), orgId: id });
    if (input.partnerId) await placeUnder(tx, scope, { orgId: id, partnerId: input.partnerId });
    // In the log of the system: who may do this is no matter of one organisation, and it outlives them all.
    await deps.audit.append(tx, {
      by: actor,
      orgId: null,
      action: 'organisation.created',
      target: { kind: 'organisation', id, name: input.name },
      after: { ...input },
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
    await writeOrganisation(tx, input.orgId, { name: input.name }).catch(
      refuseTakenName('There is an organisation', input.name),
    );
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

/** Puts an organisation under the partner that serves it, or under none. */
export async function setPartner(
  deps: Deps,
  actor: Actor,
  input: { readonly orgId: OrgId; readonly partnerId: OrgId | null; readonly ifMatch: string | undefined },
): Promise<Organisation> {
  const scope = requirePermission(actor, 'organisations:create');
  return deps.database.transaction(scope, async (tx) => {
    await lockInOrder(tx, input.partnerId ? [input.orgId, input.partnerId] : [input.orgId]);
    const before = await getOrganisation(tx, scope, input.orgId);
    demandCurrent(before.version, input.ifMatch, before.name);
    await placeUnder(tx, scope, input);
    const after = await getOrganisation(tx, scope, input.orgId);
    await deps.audit.append(tx, {
      by: actor,
      orgId: after.id,
      action: 'organisation.changed',
      target: { kind: 'organisation', id: after.id, name: after.name },
      ...sidesOf(before, after, ['partnerId']),
    });
    return toOrganisation(after);
  });
}

/** One level alone: a partner has no partner. Both rows stay locked, so that two changes at once make no chain either. */
async function placeUnder(
  tx: Tx,
  scope: Scope,
  { orgId, partnerId }: { readonly orgId: OrgId; readonly partnerId: OrgId | null },
): Promise<void> {
  if (partnerId) {
    const { name, partnerId: above } = await getOrganisation(tx, scope, partnerId);
    const why =
      partnerId === orgId ? 'nobody is their own' : above ? 'it stands under one itself' : undefined;
    if (why)
      throw new MusterError('invalid_input', `${name} cannot be the partner: ${why}.`, {
        field: 'partnerId',
      });
    const customers = await countCustomers(tx, orgId);
    if (customers > 0)
      throw new MusterError(
        'conflict',
        `This organisation is the partner of ${customers} others; a partner has no partner of its own.`,
        { orgId, customers },
      );
  }
  await writeOrganisation(tx, orgId, { partnerId });
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
    const customers = await countCustomers(tx, orgId);
    if (customers > 0)
      throw new MusterError('conflict', `${org.name} is the partner of ${customers} organisations.`, {
        orgId,
        customers,
      });
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
