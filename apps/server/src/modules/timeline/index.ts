import { createTimelineRoutes } from './http.ts';
import type { TimelineDeps } from './timeline-deps.ts';

/** Everything that happened to a device, in one order. */
export interface Timeline {
  readonly routes: ReturnType<typeof createTimelineRoutes>;
}

/** Wires the module. */
export function createTimeline(deps: TimelineDeps): Timeline {
  return { routes: createTimelineRoutes(deps) };
}
