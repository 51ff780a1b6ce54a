import type { FieldsDeps } from './fields-deps.ts';
import { createFieldRoutes, createTagRoutes } from './http.ts';

export { createFieldCatalogue, type FieldCatalogue } from './catalogue.ts';
export type { FieldGroupPort } from './fields-deps.ts';

/** Custom fields, and tags that smart groups carry. */
export interface Fields {
  readonly routes: ReturnType<typeof createFieldRoutes>;
  readonly tagRoutes: ReturnType<typeof createTagRoutes>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Wires the module. */
export function createFields(deps: FieldsDeps): Fields {
  return {
    routes: createFieldRoutes(deps),
    tagRoutes: createTagRoutes(deps),
    start: () => deps.catalogue.start(),
    stop: () => deps.catalogue.stop(),
  };
}
