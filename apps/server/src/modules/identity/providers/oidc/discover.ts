import type { OidcSettings } from '@muster/contracts';
import {
  allowInsecureRequests,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  type CustomFetch,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  None,
} from 'openid-client';

/** How an OpenID provider is reached. */
export type Issuer = { readonly settings: OidcSettings; readonly secret: string };

/**
 * Reads what the issuer says of itself; the library compares its name with ours. Signatures of ID tokens are checked
 * against its published keys even where the token came straight from it, so an unsigned or a symmetric one is refused.
 */
export async function discover({ settings, secret }: Issuer): Promise<Configuration> {
  const issuer = new URL(settings.issuer);
  const options = {
    timeout: Math.ceil(settings.timeoutMs / 1000),
    [customFetch]: fetchFor(settings),
    execute: [enableNonRepudiationChecks, ...(issuer.protocol === 'http:' ? [allowInsecureRequests] : [])],
  };
  const { clientId } = settings;
  const first = await discovery(issuer, clientId, undefined, authenticationBy(secret, []), options);
  const methods = first.serverMetadata().token_endpoint_auth_methods_supported ?? [];
  if (secret === '' || !methods.includes('client_secret_post') || methods.includes('client_secret_basic'))
    return first;
  return discovery(issuer, clientId, undefined, authenticationBy(secret, methods), options);
}

/** Without a secret the client is a public one, and PKCE alone protects the code. */
function authenticationBy(secret: string, methods: readonly string[]) {
  if (secret === '') return None();
  return methods.includes('client_secret_post') ? ClientSecretPost(secret) : ClientSecretBasic(secret);
}

/** What the issuer names may not lead to a connection without TLS, unless all of it is on this machine. */
function fetchFor({ issuer, certificateAuthority, timeoutMs }: OidcSettings): CustomFetch {
  const plainHost = issuer.startsWith('http:') ? new URL(issuer).host : undefined;
  return async (address, options) => {
    const url = new URL(address);
    if (url.protocol !== 'https:' && url.host !== plainHost)
      throw new Error(`${url.origin} is not https: the issuer must not name such an address`);
    return fetch(address, {
      ...(options as RequestInit),
      signal: AbortSignal.timeout(timeoutMs),
      ...(certificateAuthority ? { tls: { ca: certificateAuthority } } : {}),
    });
  };
}
