import type { GroupId } from '@muster/contracts';
import { type Repeating, startRepeating } from '../../platform/bus/repeating.ts';
import type { FieldsDeps } from './fields-deps.ts';
import { createFieldRoutes, createTagRoutes } from './http.ts';
import { retagFew, retagMembers } from './tags/retag-members.ts';

export { createFieldCatalogue, type FieldCatalogue } from './catalogue.ts';
export type { FieldGroupPort } from './fields-deps.ts';

/** Custom fields, and tags that smart groups carry. */
export interface Fields {
  readonly routes: ReturnType<typeof createFieldRoutes>;
  readonly tagRoutes: ReturnType<typeof createTagRoutes>;
  /** A group's priority was committed: few members have their tags when this resolves, many get them afterwards. */
  weighed(groupId: GroupId): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const EVERY_MS = 1_000;

/** Wires the module. */
export function createFields(deps: FieldsDeps): Fields {
  let worker: Repeating | undefined;
  let stopListening: (() => Promise<void>) | undefined;
  return {
    routes: createFieldRoutes(deps),
    tagRoutes: createTagRoutes(deps),
    weighed: (groupId) => retagFew(deps, groupId),
    start: async () => {
      await deps.catalogue.start();
      worker = startRepeating({
        work: async () => ((await retagMembers(deps)) ? 0 : undefined),
        onError: (error) => deps.onError(error, 'tags'),
        everyMs: EVERY_MS,
        gatherMs: 5,
      });
      stopListening = deps.database.listen('muster_tags', () => worker?.wake());
    },
    stop: async () => {
      await stopListening?.();
      await worker?.stop();
      await deps.catalogue.stop();
    },
  };
}
