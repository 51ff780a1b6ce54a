import type { PasskeyChallenge } from '@muster/contracts';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser';

/** What the browser answered to a challenge, as the server takes it. */
export type PasskeyAnswer = {
  readonly challengeId: string;
  readonly response: Record<string, unknown>;
};

/** Whether this browser knows passkeys at all; it does so over TLS and on this very machine alone. */
export function knowsPasskeys(): boolean {
  return 'PublicKeyCredential' in window;
}

/** Has the person prove themselves with a passkey. Throws when they would rather not, or have none that fits. */
export async function askPasskey({ challengeId, options }: PasskeyChallenge): Promise<PasskeyAnswer> {
  const { startAuthentication } = await import('@simplewebauthn/browser');
  const optionsJSON = options as unknown as PublicKeyCredentialRequestOptionsJSON;
  return { challengeId, response: { ...(await startAuthentication({ optionsJSON })) } };
}

/** Has the browser make a new passkey. */
export async function makePasskey({ challengeId, options }: PasskeyChallenge): Promise<PasskeyAnswer> {
  const { startRegistration } = await import('@simplewebauthn/browser');
  const optionsJSON = options as unknown as PublicKeyCredentialCreationOptionsJSON;
  return { challengeId, response: { ...(await startRegistration({ optionsJSON })) } };
}

/** What went wrong with a passkey, in words; undefined for faults that the browser did not make. */
export function passkeyProblem(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'NotAllowedError' || error.name === 'AbortError')
    return 'The browser got no passkey: it was cancelled, took too long, or none here fits.';
  if (error.name === 'InvalidStateError') return 'This passkey is registered already.';
  if (error.name === 'SecurityError')
    return 'Browsers give passkeys to pages over TLS alone. Open the console by its https:// address.';
  return undefined;
}
