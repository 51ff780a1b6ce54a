import type { RawRoute } from '../../../platform/http/index.ts';
import type { IdentityDeps } from '../identity-deps.ts';
import type { AccessTokens } from './access-tokens.ts';
import { createDeviceLoginRoutes, createKeyRoute, createTokenRoutes } from './http.ts';

/** Tokens for scripts, and sign-in by a code that is approved in the console. */
export interface Tokens {
  readonly accessTokens: AccessTokens;
  readonly routes: {
    readonly signInTokens: ReturnType<typeof createTokenRoutes>;
    readonly deviceLogins: ReturnType<typeof createDeviceLoginRoutes>;
  };
  readonly keyRoute: RawRoute;
}

export function createTokens(identity: IdentityDeps, accessTokens: AccessTokens): Tokens {
  const deps = { ...identity, accessTokens };
  return {
    accessTokens,
    routes: { signInTokens: createTokenRoutes(deps), deviceLogins: createDeviceLoginRoutes(deps) },
    keyRoute: createKeyRoute(deps),
  };
}
