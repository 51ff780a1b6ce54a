import { contract } from '@muster/contracts';
import { implement } from '@orpc/server';
import type { RequestContext } from '../../platform/http/index.ts';
import type { EnrolmentDeps } from './enrolment-deps.ts';
import { createToken } from './usecases/create-token.ts';
import { listTokens } from './usecases/list-tokens.ts';
import { revokeToken } from './usecases/revoke-token.ts';

/** The routes of contract.tokens. */
export function createTokenRoutes(deps: EnrolmentDeps) {
  const os = implement(contract.tokens).$context<RequestContext>();
  return os.router({
    list: os.list.handler(({ context, input }) => listTokens(deps, context.actor, input)),
    create: os.create.handler(({ context, input }) => createToken(deps, context.actor, input)),
    revoke: os.revoke.handler(({ context, input }) => revokeToken(deps, context.actor, input)),
  });
}
