import type { IdentityDeps } from '../identity-deps.ts';
import type { AccessTokens } from './access-tokens.ts';

/** What the use cases of tokens and sign-in by code share. */
export type TokensDeps = IdentityDeps & {
  readonly accessTokens: AccessTokens;
  /** Stands in what nodes sign. */
  readonly installationId: string;
};
