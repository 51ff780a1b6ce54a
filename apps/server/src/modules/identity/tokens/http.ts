import { contract, MusterError } from '@muster/contracts';
import { implement } from '@orpc/server';
import { ANONYMOUS, type RawRoute, type RequestContext } from '../../../platform/http/index.ts';
import { told, visitorOf } from '../factors/http.ts';
import { admitNode, challengeNode } from './nodes/sign-in-node.ts';
import type { TokensDeps } from './tokens-deps.ts';
import { beginDeviceLogin } from './usecases/begin-device-login.ts';
import { decideLogin, inspectDeviceLogin } from './usecases/decide-device-login.ts';
import { issueTokens } from './usecases/issue-tokens.ts';
import { pollDeviceLogin } from './usecases/poll-device-login.ts';
import { refreshTokens } from './usecases/refresh-tokens.ts';

/** Routes of contract.signInTokens. */
export function createTokenRoutes(deps: TokensDeps) {
  const os = implement(contract.signInTokens).$context<RequestContext>();
  return os.router({
    issue: os.issue.handler(({ input, context }) => {
      const actor = context.actor === ANONYMOUS ? undefined : context.actor;
      return issueTokens(deps, { actor, visitor: visitorOf(context) }, input.credentials);
    }),
    refresh: os.refresh.handler(({ input, context }) =>
      refreshTokens(deps, visitorOf(context), input.refreshToken),
    ),
  });
}

/** Routes of contract.deviceLogins. */
export function createDeviceLoginRoutes(deps: TokensDeps) {
  const os = implement(contract.deviceLogins).$context<RequestContext>();
  return os.router({
    begin: os.begin.handler(async ({ input, context }) => {
      const begun = await beginDeviceLogin(deps, visitorOf(context), input.client);
      return { ...begun, verificationUrl: pageOf(context) };
    }),
    poll: os.poll.handler(async ({ input, context }) => {
      const answer = await pollDeviceLogin(deps, visitorOf(context), input.deviceCode);
      if (!('session' in answer)) return answer;
      return { state: 'signed_in' as const, ...told(answer.session, context, false) };
    }),
    inspect: os.inspect.handler(({ input, context }) =>
      inspectDeviceLogin(deps, context.actor, input.userCode),
    ),
    decide: os.decide.handler(({ input, context }) => decideLogin(deps, context.actor, input)),
  });
}

/** Routes of contract.nodes. */
export function createNodeRoutes(deps: TokensDeps) {
  const os = implement(contract.nodes).$context<RequestContext>();
  return os.router({
    challenge: os.challenge.handler(({ input }) => challengeNode(deps, input.key)),
    admit: os.admit.handler(({ input }) => admitNode(deps, input)),
  });
}

/** Where codes are approved, at the address that the program itself used. */
function pageOf({ headers, secure }: RequestContext): string {
  const origin = `${secure ? 'https' : 'http'}://${headers.get('host') ?? ''}`;
  if (!URL.canParse(origin)) throw new MusterError('invalid_input', 'The Host header names no host.');
  return new URL('/device', origin).href;
}

/** The public keys of access tokens, where libraries look for them. */
export function createKeyRoute({ accessTokens }: Pick<TokensDeps, 'accessTokens'>): RawRoute {
  return {
    method: 'GET',
    path: '/.well-known/jwks.json',
    access: { open: 'public', reason: 'Public keys, with which others verify access tokens.' },
    handle: async () =>
      Response.json(
        { keys: await accessTokens.publicKeys() },
        { headers: { 'cache-control': 'public, max-age=300' } },
      ),
  };
}
