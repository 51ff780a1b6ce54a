import type { AccessDeps } from './access-deps.ts';
import { createAccessRoutes, createGroupRoutes } from './http.ts';

export type { SmartGroupPort } from './access-deps.ts';
export { keepAnAdministrator } from './db/administrators.ts';
export { allGrants, deleteGrant, deleteGrantsOf, findGrants, insertGrant, isVisible } from './db/grants.ts';
export { type HeldColumns, heldRoles, readRightsOf } from './db/held-roles.ts';
export { demandAsMuch } from './domain/places.ts';
export { narrow, type Rights } from './domain/rights.ts';
export { demandGrantable, giveRole, toGrant } from './usecases/grant-role.ts';
export { demandCover } from './usecases/reach-person.ts';
export { type Appending, logOfPerson, tellOfGrant } from './usecases/tell-of-person.ts';

/** Roles, where people have them, static groups, and what it all adds up to. */
export interface Access {
  readonly routes: ReturnType<typeof createAccessRoutes>;
  readonly groupRoutes: ReturnType<typeof createGroupRoutes>;
}

/** Wires the module. */
export function createAccess(deps: AccessDeps): Access {
  return { routes: createAccessRoutes(deps), groupRoutes: createGroupRoutes(deps) };
}
