import type { RawRoute } from '../../../platform/http/index.ts';
import type { IdentityDeps } from '../identity-deps.ts';
import type { AccessTokens } from './access-tokens.ts';
import { createDeviceLoginRoutes, createKeyRoute, createNodeRoutes, createTokenRoutes } from './http.ts';

/** Tokens for scripts, and sign-in by a code that is approved in the console. */
export interface Tokens {
  readonly accessTokens: AccessTokens;
  readonly routes: {
    readonly signInTokens: ReturnType<typeof createTokenRoutes>;
    readonly deviceLogins: ReturnType<typeof createDeviceLoginRoutes>;
    readonly nodes: ReturnType<typeof createNodeRoutes>;
  };
  readonly keyRoute: RawRoute;
}

export function createTokens(
  identity: IdentityDeps,
  parts: { readonly accessTokens: AccessTokens; readonly installationId: string },
): Tokens {
  const deps = { ...identity, ...parts };
  return {
    accessTokens: parts.accessTokens,
    routes: {
      signInTokens: createTokenRoutes(deps),
      deviceLogins: createDeviceLoginRoutes(deps),
      nodes: createNodeRoutes(deps),
    },
    keyRoute: createKeyRoute(deps),
  };
}
