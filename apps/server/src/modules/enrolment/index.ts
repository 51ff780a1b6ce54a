import type { Actor } from '../../platform/actor.ts';
import type { RawRoute } from '../../platform/http/index.ts';
import { createCloneRate } from './domain/clone-rate.ts';
import { createRefusalRate } from './domain/refusal-rate.ts';
import type { EnrolDeps, EnrolmentDeps } from './enrolment-deps.ts';
import { createTokenRoutes } from './http.ts';
import { createEnrolmentRoutes } from './raw-routes.ts';
import { type CreatedToken, type CreateTokenInput, createToken } from './usecases/create-token.ts';

export { type AgentBuilds, createAgentBuilds } from './builds/agent-builds.ts';
export { nativePlatform } from './builds/platforms.ts';
export type { EnrolmentDeps, Reachability } from './enrolment-deps.ts';
export type { CreatedToken, CreateTokenInput } from './usecases/create-token.ts';

/** How machines get an identity: tokens, the exchange, installers and the builds that they fetch. */
export interface Enrolment {
  /** contract.tokens. */
  readonly routes: ReturnType<typeof createTokenRoutes>;
  /** POST /enrol/v1, the installers and the agents' builds. */
  readonly rawRoutes: readonly RawRoute[];
  /** Makes a token, as the API does; for the agent of this very machine. */
  createToken(actor: Actor, input: CreateTokenInput): Promise<CreatedToken>;
}

/** Wires the module. */
export function createEnrolment(deps: EnrolmentDeps): Enrolment {
  const enrolDeps: EnrolDeps = {
    ...deps,
    demandCloneRate: createCloneRate(() => deps.clock.monotonic()),
    refusals: createRefusalRate(() => deps.clock.monotonic()),
  };
  return {
    routes: createTokenRoutes(deps),
    rawRoutes: createEnrolmentRoutes(enrolDeps),
    createToken: (actor, input) => createToken(deps, actor, input),
  };
}
