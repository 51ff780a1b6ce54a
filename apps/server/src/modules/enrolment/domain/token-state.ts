import { type EnrolmentToken, MusterError } from '@muster/contracts';

/** What decides whether a token is good. */
export type TokenFacts = {
  readonly uses: number;
  readonly usesAllowed: number | null;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
};

/** What is true of a token now. A person's word counts before time, time before use. */
export function tokenState(token: TokenFacts, now: Date): EnrolmentToken['state'] {
  if (token.revokedAt !== null) return 'revoked';
  if (token.expiresAt.getTime() <= now.getTime()) return 'expired';
  return token.usesAllowed !== null && token.uses >= token.usesAllowed ? 'used_up' : 'active';
}

/** Why a token does not enrol, in words that the endpoint prints. */
export function tokenRefusal(
  state: Exclude<EnrolmentToken['state'], 'active'>,
  token: TokenFacts,
): MusterError {
  const next = 'Create a new one in the console ("Add device") and run its line.';
  const reasons = {
    revoked: 'This enrolment token was revoked.',
    expired: `This enrolment token expired on ${token.expiresAt.toISOString()}.`,
    used_up: `This enrolment token was used already (${token.uses} of ${token.usesAllowed}).`,
  };
  return new MusterError('gone', `${reasons[state]} ${next}`, { token: state });
}

/** For a secret that is none of ours; says nothing about which part of it was wrong. */
export function unknownToken(): MusterError {
  return new MusterError(
    'unauthenticated',
    'This server does not know the enrolment token. Copy the whole line from the console again, or create a new token there.',
    { token: 'unknown' },
  );
}
