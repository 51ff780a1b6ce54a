import { contract } from '@muster/contracts';
import { implement } from '@orpc/server';
import type { Actor } from '../../platform/actor.ts';
import type { RequestContext } from '../../platform/http/index.ts';
import type { SeriesAnswer, SeriesQuery } from './usecases/get-series.ts';

/** Routes of contract.telemetry. */
export function createTelemetryRoutes(
  getSeries: (actor: Actor, query: SeriesQuery) => Promise<SeriesAnswer>,
) {
  const routes = implement(contract.telemetry).$context<RequestContext>();
  return { get: routes.get.handler(({ input, context }) => getSeries(context.actor, input)) };
}
