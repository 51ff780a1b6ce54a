import { createViewRoutes } from './http.ts';
import type { ViewsDeps } from './views-deps.ts';

/** Saved views of the devices list. */
export interface Views {
  readonly routes: ReturnType<typeof createViewRoutes>;
}

/** Wires the module. */
export function createViews(deps: ViewsDeps): Views {
  return { routes: createViewRoutes(deps) };
}
