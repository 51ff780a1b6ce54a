import type { ProviderProblem } from '@muster/contracts';

const TEXTS: Readonly<Record<ProviderProblem, string>> = {
  provider_refused: 'The provider did not let you in. Sign in there first, or ask whoever runs it.',
  provider_unreachable: 'The provider does not answer. Try again, or sign in with a password.',
  provider_answer_invalid:
    'The provider sent an answer that does not hold. An administrator finds the reason in the server’s log.',
  sign_in_expired: 'That took too long, or was used already. Begin again.',
  other_browser: 'The sign-in was begun in another browser. Begin again in this one.',
  not_invited: 'The provider knows you, but nobody has invited you here. Ask an administrator.',
  address_taken:
    'Somebody here has your address already, with a password. Sign in with it, or ask an administrator.',
  address_unverified: 'The provider does not say that your address is yours. Verify it there first.',
  kept_out: 'You are disabled here. Ask an administrator.',
};

/** Why a sign-in by a provider ended without a session, in words. */
export function providerProblemText(problem: string): string {
  return problem in TEXTS ? TEXTS[problem as ProviderProblem] : 'The provider’s sign-in failed. Begin again.';
}
