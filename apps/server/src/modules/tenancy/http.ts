import { contract } from '@muster/contracts';
import { implement } from '@orpc/server';
import { requirePermission } from '../../platform/actor.ts';
import type { RequestContext } from '../../platform/http/index.ts';
import { listOrganisations } from './db/rows.ts';
import type { TenancyDeps } from './tenancy-deps.ts';
import {
  createOrganisation,
  removeOrganisation,
  setPartner,
  toOrganisation,
  updateOrganisation,
} from './usecases/change-organisation.ts';
import { createSite, removeSite, updateSite } from './usecases/change-site.ts';

const ifMatchOf = ({ headers }: RequestContext) => headers.get('if-match') ?? undefined;

/** Routes of contract.organisations. */
export function createOrganisationRoutes(deps: TenancyDeps) {
  const os = implement(contract.organisations).$context<RequestContext>();
  return os.router({
    list: os.list.handler(async ({ context }) => {
      const scope = requirePermission(context.actor, 'organisations:read');
      const rows = await deps.database.transaction(scope, (tx) => listOrganisations(tx, scope));
      return { items: rows.map(toOrganisation) };
    }),
    create: os.create.handler(({ input, context }) => createOrganisation(deps, context.actor, input)),
    update: os.update.handler(({ input, context }) =>
      updateOrganisation(deps, context.actor, { ...input, ifMatch: ifMatchOf(context) }),
    ),
    setPartner: os.setPartner.handler(({ input, context }) =>
      setPartner(deps, context.actor, { ...input, ifMatch: ifMatchOf(context) }),
    ),
    remove: os.remove.handler(({ input, context }) => removeOrganisation(deps, context.actor, input)),
  });
}

/** Routes of contract.sites. */
export function createSiteRoutes(deps: TenancyDeps) {
  const os = implement(contract.sites).$context<RequestContext>();
  return os.router({
    create: os.create.handler(({ input, context }) => createSite(deps, context.actor, input)),
    update: os.update.handler(({ input, context }) =>
      updateSite(deps, context.actor, { ...input, ifMatch: ifMatchOf(context) }),
    ),
    remove: os.remove.handler(({ input, context }) => removeSite(deps, context.actor, input)),
  });
}
