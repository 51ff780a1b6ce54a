import { genericGrantRequest, ResponseBodyError, WWWAuthenticateChallengeError } from 'openid-client';
import { explainFault } from '../domain/explain-fault.ts';
import type { Steps } from '../domain/steps.ts';
import { discover, type Issuer } from './discover.ts';

/** Discovers the issuer and shows it a code that it never gave: what it minds tells whether it knows the client. */
export async function testIssuer(issuer: Issuer): Promise<Steps> {
  const steps: Steps = [];
  const { settings } = issuer;
  try {
    const configuration = await discover(issuer);
    const { authorization_endpoint, token_endpoint, code_challenge_methods_supported } =
      configuration.serverMetadata();
    steps.push({ ok: true, text: `${settings.issuer}: discovered` });
    if (!authorization_endpoint || !token_endpoint)
      return [
        ...steps,
        { ok: false, text: 'it names no endpoint for signing in; is it an OpenID provider?' },
      ];
    if (code_challenge_methods_supported && !code_challenge_methods_supported.includes('S256'))
      steps.push({ ok: false, text: 'it does not take PKCE with S256, which every sign-in from here uses' });
    const refused = await genericGrantRequest(configuration, 'authorization_code', {
      code: 'a-test-of-the-client',
      redirect_uri: 'http://localhost/',
      code_verifier: 'a-test-of-the-client-that-nobody-began-0123',
    }).then(
      () => undefined,
      (error: unknown) => error,
    );
    return [...steps, judge(refused)];
  } catch (error) {
    return [...steps, { ok: false, text: `discovery failed: ${settings.issuer}: ${explainFault(error)}` }];
  }
}

const UNKNOWN_CLIENT = { ok: false, text: 'it does not know the client id, or the secret is wrong' };

function judge(refused: unknown): Steps[number] {
  if (refused instanceof WWWAuthenticateChallengeError && refused.status === 401) return UNKNOWN_CLIENT;
  if (!(refused instanceof ResponseBodyError))
    return { ok: false, text: `its token endpoint does not answer as it should: ${explainFault(refused)}` };
  if (refused.error === 'invalid_client' || refused.error === 'unauthorized_client') return UNKNOWN_CLIENT;
  return { ok: true, text: 'it knows the client and its secret' };
}
