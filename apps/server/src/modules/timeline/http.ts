import { contract } from '@muster/contracts';
import { implement } from '@orpc/server';
import type { RequestContext } from '../../platform/http/index.ts';
import type { TimelineDeps } from './timeline-deps.ts';
import { readTimeline } from './usecases/read-timeline.ts';

/** Routes of contract.timeline. */
export function createTimelineRoutes(deps: TimelineDeps) {
  const os = implement(contract.timeline).$context<RequestContext>();
  return os.router({
    ofDevice: os.ofDevice.handler(({ input, context }) => readTimeline(deps, context.actor, input)),
  });
}
