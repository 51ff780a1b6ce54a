import type { OrgId, Site } from '@muster/contracts';
import { isNull } from 'drizzle-orm';
import type { Scope } from '../../platform/actor.ts';
import { listSites } from './db/rows.ts';
import { organisations } from './db/tables.ts';
import { createOrganisationRoutes, createSiteRoutes } from './http.ts';
import type { TenancyDeps } from './tenancy-deps.ts';
import { toSite } from './usecases/change-site.ts';

/** Organisations and their sites. */
export interface Tenancy {
  readonly organisationRoutes: ReturnType<typeof createOrganisationRoutes>;
  readonly siteRoutes: ReturnType<typeof createSiteRoutes>;
  /** All sites in the scope, by name. */
  listSites(scope: Scope): Promise<Site[]>;
  /** Every organisation there is: the scope of the server's own work. */
  everything(): Promise<Scope>;
}

/** Wires the module. */
export function createTenancy(deps: TenancyDeps): Tenancy {
  const { database } = deps;
  return {
    organisationRoutes: createOrganisationRoutes(deps),
    siteRoutes: createSiteRoutes(deps),
    listSites: async (scope) => (await database.transaction(scope, (tx) => listSites(tx, scope))).map(toSite),
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
