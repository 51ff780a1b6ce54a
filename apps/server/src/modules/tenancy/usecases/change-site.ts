import { type DeviceId, MusterError, type OrgId, type Site, type SiteId } from '@muster/contracts';
import { type Actor, coversOrg, requirePermission, type Scope } from '../../../platform/actor.ts';
import { sidesOf } from '../../../platform/bus/sides-of.ts';
import { refuseTakenName, type Tx } from '../../../platform/db/index.ts';
import { demandCurrent, etagOf } from '../../../platform/http/index.ts';
import { newId } from '../../../platform/new-id.ts';
import {
  countInUse,
  holdDevice,
  insertSite,
  listSites,
  lockSite,
  removeSiteRow,
  type SiteRow,
  writeSite,
} from '../db/rows.ts';
import type { TenancyDeps } from '../tenancy-deps.ts';

type Deps = TenancyDeps;

/** Makes a site in an organisation that the actor manages as a whole. */
export async function createSite(
  deps: Deps,
  actor: Actor,
  input: Omit<SiteRow, 'id' | 'version' | 'relayDeviceId'>,
): Promise<Site> {
  const scope = requirePermission(actor, 'organisations:manage');
  demandOrg(scope, input.orgId);
  return deps.database.transaction(scope, async (tx) => {
    const { orgId, name, location, timezone, contactEmail } = input;
    const id = newId<SiteId>();
    await insertSite(tx, { id, orgId, name, location, timezone, contactEmail }).catch(
      refuseTakenName('The organisation has a site', name),
    );
    await deps.audit.append(tx, {
      by: actor,
      orgId,
      action: 'site.created',
      target: { kind: 'site', id, name },
      after: { name, location, timezone, contactEmail },
    });
    return toSite(await getSite(tx, scope, id));
  });
}

export type UpdateSiteInput = {
  readonly siteId: SiteId;
  readonly ifMatch: string | undefined;
  readonly name?: string | undefined;
  readonly location?: string | undefined;
  readonly timezone?: string | undefined;
  readonly contactEmail?: string | null | undefined;
  readonly relayDeviceId?: DeviceId | null | undefined;
};

/** Changes name, location, time zone, contact or relay; a grant on the site alone is enough. */
export async function updateSite(deps: Deps, actor: Actor, input: UpdateSiteInput): Promise<Site> {
  const scope = requirePermission(actor, 'organisations:manage');
  return deps.database.transaction(scope, async (tx) => {
    const before = await getSite(tx, scope, input.siteId);
    demandCurrent(before.version, input.ifMatch, before.name);
    const { name = before.name, location = before.location, timezone = before.timezone } = input;
    const contactEmail = input.contactEmail === undefined ? before.contactEmail : input.contactEmail;
    const relayDeviceId = await chooseRelay(tx, before, input.relayDeviceId);
    const change = { name, location, timezone, contactEmail, relayDeviceId };
    await writeSite(tx, input.siteId, change).catch(refuseTakenName('The organisation has a site', name));
    const after = await getSite(tx, scope, input.siteId);
    await deps.audit.append(tx, {
      by: actor,
      orgId: after.orgId,
      action: 'site.changed',
      target: { kind: 'site', id: after.id, name: after.name },
      ...sidesOf(before, after, ['name', 'location', 'timezone', 'contactEmail', 'relayDeviceId']),
    });
    return toSite(after);
  });
}

async function chooseRelay(
  tx: Tx,
  site: SiteRow,
  wanted: DeviceId | null | undefined,
): Promise<DeviceId | null> {
  if (wanted === undefined || wanted === site.relayDeviceId) return site.relayDeviceId;
  if (wanted === null || (await holdDevice(tx, site.id, wanted))) return wanted;
  throw new MusterError(
    'invalid_input',
    `${site.name} has no such active device: a relay lives at its site.`,
    {
      siteId: site.id,
      relayDeviceId: wanted,
    },
  );
}

/** Removes a site where nothing lives any more, unless it is the last of its organisation. */
export async function removeSite(
  deps: Deps,
  actor: Actor,
  { siteId }: { readonly siteId: SiteId },
): Promise<void> {
  const scope = requirePermission(actor, 'organisations:manage');
  await deps.database.transaction(scope, async (tx) => {
    const site = await getSite(tx, scope, siteId);
    demandOrg(scope, site.orgId);
    const inUse = await countInUse(tx, { siteId });
    if (inUse > 0) {
      throw new MusterError(
        'conflict',
        `${site.name} still has ${inUse} devices or open enrolment tokens; move, retire or revoke them first.`,
        { siteId, inUse },
      );
    }
    const others = (await listSites(tx, scope)).filter(
      (one) => one.orgId === site.orgId && one.id !== siteId,
    );
    if (others.length === 0)
      throw new MusterError('conflict', `${site.name} is the last site of its organisation.`, { siteId });
    await removeSiteRow(tx, siteId);
    const { orgId, name, location, timezone, contactEmail } = site;
    await deps.audit.append(tx, {
      by: actor,
      orgId,
      action: 'site.removed',
      target: { kind: 'site', id: siteId, name },
      before: { name, location, timezone, contactEmail },
    });
  });
}

function demandOrg(scope: Scope, orgId: OrgId): void {
  if (!coversOrg(scope, orgId))
    throw new MusterError('not_found', 'There is no such organisation.', { orgId });
}

async function getSite(tx: Tx, scope: Scope, siteId: SiteId): Promise<SiteRow> {
  const site = await lockSite(tx, scope, siteId);
  if (!site) throw new MusterError('not_found', 'There is no such site.', { siteId });
  return site;
}

/** A row in the contract's shape. */
export function toSite({ version, ...row }: SiteRow): Site {
  return { ...row, etag: etagOf(version) };
}
