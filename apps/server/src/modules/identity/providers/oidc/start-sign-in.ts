import { MusterError, type ProviderId } from '@muster/contracts';
import { buildAuthorizationUrl, calculatePKCECodeChallenge } from 'openid-client';
import { findProvider, type ProviderRow } from '../db/provider-rows.ts';
import { insertSignIn } from '../db/sign-in-rows.ts';
import { type BrowserSecret, hashOf, newState, nonceOf, verifierOf } from '../domain/browser-secret.ts';
import { SignInRefused } from '../domain/sign-in-refused.ts';
import type { ProvidersDeps } from '../providers-deps.ts';
import { throwNoProvider } from '../usecases/change-provider.ts';
import { callbackPath } from '../usecases/list-providers.ts';
import { discover, type Issuer } from './discover.ts';

/** Long enough to find a second factor, too short to be found later. */
const SIGN_IN_TIMEOUT_MS = 10 * 60_000;

/** A provider with its settings as an OpenID one. */
export type IssuerRow = ProviderRow & Issuer;

export type Departure = {
  readonly providerId: ProviderId;
  readonly browser: BrowserSecret;
  /** `https://host:port` by which the person came. */
  readonly origin: string;
  readonly returnTo: string;
};

/** Remembers a sign-in and tells where the browser goes for it. Throws SignInRefused when the provider is away. */
export async function startSignIn(deps: ProvidersDeps, departure: Departure): Promise<URL> {
  const { providerId, browser, returnTo } = departure;
  const provider = await openIssuer(deps, providerId);
  const configuration = await discover(provider).catch((error: unknown) => {
    throw new SignInRefused('provider_unreachable', `${provider.name} could not be discovered`, error);
  });
  const redirectUri = new URL(callbackPath(providerId), provider.settings.consoleUrl ?? departure.origin)
    .href;
  const state = newState();
  const now = deps.clock.now();
  await deps.database.system('sign-in', (tx) =>
    insertSignIn(tx, {
      ...{ stateHash: hashOf(state), browserHash: hashOf(browser), providerId, redirectUri, returnTo },
      ...{ now: new Date(now), expiresAt: new Date(now + SIGN_IN_TIMEOUT_MS) },
    }),
  );
  return buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    scope: provider.settings.scopes,
    state,
    nonce: nonceOf(browser, state),
    code_challenge: await calculatePKCECodeChallenge(verifierOf(browser, state)),
    code_challenge_method: 'S256',
  });
}

/** An enabled OpenID provider with its secret; everything else is unknown here. */
export async function openIssuer(
  { database, vault }: Pick<ProvidersDeps, 'database' | 'vault'>,
  id: ProviderId,
): Promise<IssuerRow> {
  return database.system('sign-in', async (tx) => {
    const row = await findProvider(tx, id);
    if (!row?.enabled || row.settings.kind !== 'oidc') return throwNoProvider(id);
    const secret = row.secretId ? await vault.read(tx, row.secretId) : '';
    return { ...row, settings: row.settings, secret };
  });
}

/** The id in a path; whatever is none is no provider's. */
export function providerIdOf(text: string | undefined): ProviderId {
  if (text && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) return text as ProviderId;
  throw new MusterError('not_found', 'There is no such sign-in provider.');
}
