import type { Vault } from '../../../platform/vault/index.ts';
import type { IdentityDeps } from '../identity-deps.ts';
import type { AccessTokens } from './access-tokens.ts';

/** What the use cases of tokens and sign-in by code share. */
export type TokensDeps = IdentityDeps & { readonly accessTokens: AccessTokens };

/** What access tokens stand on. */
export type AccessTokenDeps = Pick<IdentityDeps, 'database' | 'clock'> & {
  readonly vault: Vault;
  /** Issuer and audience: a token of another installation is worth nothing here. */
  readonly installationId: string;
};
