import type { OrgId, SiteId } from '@muster/contracts';
import { asc, isNull } from 'drizzle-orm';
import type { Scope } from '../../platform/actor.ts';
import type { Database, Tx } from '../../platform/db/index.ts';
import { organisations, sites } from './tables.ts';

export type SiteRow = {
  readonly id: SiteId;
  readonly orgId: OrgId;
  readonly name: string;
  readonly timezone: string;
};

/** Organisations and their sites. */
export interface Tenancy {
  /** All sites in the scope, by name. */
  listSites(scope: Scope): Promise<SiteRow[]>;
  /** Every organisation there is: the scope of the server's own work. */
  everything(): Promise<Scope>;
}

/** Reads organisations and sites; making and changing them comes with the issue about tenants. */
export function createTenancy({ database }: { readonly database: Database }): Tenancy {
  return {
    listSites: (scope) => database.transaction(scope, listSites),
    everything: () =>
      database.system('tenancy', async (tx) => {
        const rows = await tx
          .select({ id: organisations.id })
          .from(organisations)
          .where(isNull(organisations.deletedAt));
        return { orgIds: rows.map((row) => row.id as OrgId) };
      }),
  };
}

async function listSites(tx: Tx): Promise<SiteRow[]> {
  const rows = await tx
    .select({ id: sites.id, orgId: sites.orgId, name: sites.name, timezone: sites.timezone })
    .from(sites)
    .where(isNull(sites.deletedAt))
    .orderBy(asc(sites.name), asc(sites.id));
  return rows.map((row) => ({ ...row, id: row.id as SiteId, orgId: row.orgId as OrgId }));
}
