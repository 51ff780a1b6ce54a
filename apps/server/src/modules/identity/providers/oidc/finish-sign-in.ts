import type { ProviderId } from '@muster/contracts';
import {
  AuthorizationResponseError,
  authorizationCodeGrant,
  type Configuration,
  fetchUserInfo,
} from 'openid-client';
import type { UserRow } from '../../db/users.ts';
import { takeSignIn } from '../db/sign-in-rows.ts';
import { type BrowserSecret, hashOf, nonceOf, verifierOf } from '../domain/browser-secret.ts';
import { SignInRefused } from '../domain/sign-in-refused.ts';
import type { ProvidersDeps } from '../providers-deps.ts';
import { admitPerson, type Vouched } from '../usecases/admit-person.ts';
import { discover } from './discover.ts';
import { type IssuerRow, openIssuer } from './start-sign-in.ts';

export type Return = {
  readonly providerId: ProviderId;
  /** Of this browser; undefined where it began nothing. */
  readonly browser: BrowserSecret | undefined;
  /** What the provider sent along. */
  readonly query: URLSearchParams;
};

/** Who came back, where they wanted to go, and whether the provider vouches for a second factor. */
export type Arrived = {
  readonly user: UserRow;
  readonly provider: IssuerRow;
  readonly returnTo: string;
  readonly isMultiFactor: boolean;
};

/**
 * Ends a sign-in that left for a provider: state and code work once, in the browser that began it, and the ID token must
 * be for this very sign-in. Throws SignInRefused.
 */
export async function finishSignIn(deps: ProvidersDeps, back: Return): Promise<Arrived> {
  const { providerId, browser, query } = back;
  const provider = await openIssuer(deps, providerId);
  const state = query.get('state') ?? '';
  const signIn = await deps.database.system('sign-in', (tx) =>
    takeSignIn(tx, { stateHash: hashOf(state), providerId, now: new Date(deps.clock.now()) }),
  );
  if (!signIn)
    throw new SignInRefused(
      'sign_in_expired',
      'The state is unknown: it was used, has expired, or never was.',
    );
  if (!browser || !hashOf(browser).equals(signIn.browserHash))
    throw new SignInRefused('other_browser', 'Another browser began this sign-in.');
  const url = new URL(signIn.redirectUri);
  url.search = query.toString();
  const claims = await exchange(provider, url, { state, browser });
  const vouched = toVouched(provider, claims);
  const user = await deps.database.system('sign-in', (tx) => admitPerson(deps, tx, provider, vouched));
  const isMultiFactor = provider.settings.trustMfa && listOf(claims.amr).includes('mfa');
  return { user, provider, returnTo: signIn.returnTo, isMultiFactor };
}

type Claims = Readonly<Record<string, unknown>> & { readonly sub: string };

async function exchange(
  provider: IssuerRow,
  url: URL,
  { state, browser }: { readonly state: string; readonly browser: BrowserSecret },
): Promise<Claims> {
  const configuration = await discover(provider).catch((error: unknown) => {
    throw new SignInRefused('provider_unreachable', `${provider.name} could not be discovered`, error);
  });
  try {
    const tokens = await authorizationCodeGrant(configuration, url, {
      expectedState: state,
      expectedNonce: nonceOf(browser, state),
      pkceCodeVerifier: verifierOf(browser, state),
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (!claims) throw new Error('the answer holds no ID token');
    return await withUserInfo(configuration, provider, claims, tokens.access_token);
  } catch (error) {
    if (error instanceof AuthorizationResponseError)
      throw new SignInRefused('provider_refused', `${provider.name} refused: ${error.error}`, error);
    throw new SignInRefused('provider_answer_invalid', `The answer of ${provider.name} is not valid`, error);
  }
}

/** Many providers keep address and groups out of the ID token; its subject is compared by the library. */
async function withUserInfo(
  configuration: Configuration,
  { settings }: IssuerRow,
  claims: Claims,
  accessToken: string,
): Promise<Claims> {
  const isComplete = claims.email !== undefined && claims[settings.groupsClaim] !== undefined;
  if (isComplete || !configuration.serverMetadata().userinfo_endpoint) return claims;
  const more = await fetchUserInfo(configuration, accessToken, claims.sub);
  // What is signed wins.
  return { ...more, ...claims };
}

function toVouched({ settings }: IssuerRow, claims: Claims): Vouched {
  const groups = listOf(claims[settings.groupsClaim]);
  return {
    subject: claims.sub,
    email: textOf(claims.email),
    isEmailVerified: settings.trustEmail || claims.email_verified === true,
    name: textOf(claims.name) ?? textOf(claims.preferred_username),
    isIn: (group) => groups.includes(group),
  };
}

const textOf = (claim: unknown) =>
  typeof claim === 'string' && claim.trim() !== '' ? claim.trim() : undefined;
const listOf = (claim: unknown): unknown[] =>
  Array.isArray(claim) ? claim : typeof claim === 'string' ? [claim] : [];
