import type { DeviceId, OrgId, SiteId } from '@muster/contracts';
import { eq, type SQL, sql } from 'drizzle-orm';
import type { Scope } from '../../../platform/actor.ts';
import { siteInScope, type Tx, uuids } from '../../../platform/db/index.ts';
import { organisations, sites } from './tables.ts';

export type OrganisationRow = {
  readonly id: OrgId;
  readonly name: string;
  readonly partnerId: OrgId | null;
  readonly version: number;
  readonly sites: number;
};
export type SiteRow = {
  readonly id: SiteId;
  readonly orgId: OrgId;
  readonly name: string;
  readonly location: string;
  readonly timezone: string;
  readonly contactEmail: string | null;
  readonly relayDeviceId: DeviceId | null;
  readonly version: number;
};

/** Living organisations of the scope by name; one of which only a part is open is shown as well. */
export function listOrganisations(tx: Tx, scope: Scope): Promise<OrganisationRow[]> {
  return readOrganisations(tx, scope, sql`true`);
}

/** One living organisation, locked. */
export async function lockOrganisation(
  tx: Tx,
  scope: Scope,
  id: OrgId,
): Promise<OrganisationRow | undefined> {
  await tx.execute(sql`select from organisations where id = ${id}::uuid for update`);
  return (await readOrganisations(tx, scope, sql`o.id = ${id}::uuid`))[0];
}

async function readOrganisations(tx: Tx, scope: Scope, which: SQL): Promise<OrganisationRow[]> {
  const { rows } = await tx.execute<OrganisationRow>(sql`
    select o.id, o.name, o.partner_id as "partnerId", o.version,
      (select count(*)::int from sites s where s.org_id = o.id and s.deleted_at is null and ${siteInScope(scope, sql`s.org_id`, sql`s.id`)}) as sites
    from organisations o where o.deleted_at is null and o.id = any (${uuids(scope.orgIds)}) and ${which}
    order by lower(o.name), o.id`);
  return rows;
}

/** Living sites of the scope by name. */
export function listSites(tx: Tx, scope: Scope): Promise<SiteRow[]> {
  return readSites(tx, scope, sql`true`);
}

/** One living site, locked. */
export async function lockSite(tx: Tx, scope: Scope, id: SiteId): Promise<SiteRow | undefined> {
  await tx.execute(sql`select from sites where id = ${id}::uuid for update`);
  return (await readSites(tx, scope, sql`s.id = ${id}::uuid`))[0];
}

async function readSites(tx: Tx, scope: Scope, which: SQL): Promise<SiteRow[]> {
  const { rows } = await tx.execute<SiteRow>(sql`
    select s.id, s.org_id as "orgId", s.name, s.location, s.timezone, s.contact_email as "contactEmail",
      s.relay_device_id as "relayDeviceId", s.version
    from sites s where s.deleted_at is null and ${siteInScope(scope, sql`s.org_id`, sql`s.id`)} and ${which}
    order by s.name, s.id`);
  return rows;
}

/** Adds an organisation. */
export async function insertOrganisation(
  tx: Tx,
  org: { readonly id: OrgId; readonly name: string },
): Promise<void> {
  await tx.insert(organisations).values(org);
}

/** Renames an organisation or puts it under another; the version rises. */
export async function writeOrganisation(
  tx: Tx,
  id: OrgId,
  change: { readonly name: string } | { readonly partnerId: OrgId | null },
): Promise<void> {
  await tx
    .update(organisations)
    .set({ ...change, version: sql`${organisations.version} + 1` })
    .where(eq(organisations.id, id));
}

/** Locks several organisations in one order, so that two who lock the same never wait for each other. */
export async function lockInOrder(tx: Tx, ids: readonly OrgId[]): Promise<void> {
  await tx.execute(sql`select from organisations where id = any (${uuids(ids)}) order by id for update`);
}

/** How many organisations a partner serves. */
export async function countCustomers(tx: Tx, id: OrgId): Promise<number> {
  const { rows } = await tx.execute<{ count: number }>(sql`
    select count(*)::int as count from organisations where partner_id = ${id}::uuid and deleted_at is null`);
  return rows[0]?.count ?? 0;
}

/** Adds a site. */
export async function insertSite(tx: Tx, site: Omit<SiteRow, 'version' | 'relayDeviceId'>): Promise<void> {
  await tx.insert(sites).values(site);
}

/** Stores what people can change of a site; the version rises. */
export async function writeSite(
  tx: Tx,
  id: SiteId,
  change: Pick<SiteRow, 'name' | 'location' | 'timezone' | 'contactEmail' | 'relayDeviceId'>,
): Promise<void> {
  await tx
    .update(sites)
    .set({ ...change, version: sql`${sites.version} + 1` })
    .where(eq(sites.id, id));
}

/** Whether an active device lives at the site; it stays there until the transaction ends. */
export async function holdDevice(tx: Tx, siteId: SiteId, deviceId: DeviceId): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    select from devices where id = ${deviceId}::uuid and site_id = ${siteId}::uuid and lifecycle = 'active'
      and deleted_at is null for share`);
  return rows.length > 0;
}

/** Removes an organisation with its sites; names become free. */
export async function removeOrganisationRow(tx: Tx, id: OrgId): Promise<void> {
  await tx.execute(
    sql`update sites set deleted_at = now() where org_id = ${id}::uuid and deleted_at is null`,
  );
  await tx.update(organisations).set({ deletedAt: sql`now()` }).where(eq(organisations.id, id));
}

/** Removes a site; its name becomes free. */
export async function removeSiteRow(tx: Tx, id: SiteId): Promise<void> {
  await tx.update(sites).set({ deletedAt: sql`now()` }).where(eq(sites.id, id));
}

/** Devices that still belong to an organisation or a site, and tokens by which more would come. */
export async function countInUse(
  tx: Tx,
  of: { readonly orgId: OrgId } | { readonly siteId: SiteId },
): Promise<number> {
  const here = 'orgId' in of ? sql`x.org_id = ${of.orgId}::uuid` : sql`x.site_id = ${of.siteId}::uuid`;
  const { rows } = await tx.execute<{ count: number }>(sql`
    select ((select count(*) from devices x where ${here} and x.deleted_at is null and x.lifecycle not in ('retired', 'revoked'))
      + (select count(*) from enrolment_tokens x where ${here} and x.revoked_at is null and x.expires_at > now()
          and (x.uses_allowed is null or x.uses < x.uses_allowed)))::int as count`);
  return rows[0]?.count ?? 0;
}
