/** Seconds between two questions, to begin with. */
export const INTERVAL_S = 5;
/** What asking too soon adds (RFC 8628, 3.5). */
const PENALTY_S = 5;
/** A clock and a network may make an honest wait look shorter. */
const LENIENCY_MS = 500;

/** How a sign-in by code stands in its row. */
export type WaitingLogin = {
  readonly expiresAt: Date;
  readonly polledAt: Date | null;
  readonly intervalS: number;
  readonly approved: boolean | null;
};

export type PollOutcome =
  | { readonly state: 'expired' | 'denied' | 'approved' }
  | { readonly state: 'pending' | 'slow_down'; readonly intervalS: number };

/** What asking at `now` answers. Whoever asks too soon waits longer from then on, whatever was decided meanwhile. */
export function answerPoll(login: WaitingLogin, now: Date): PollOutcome {
  if (login.expiresAt <= now) return { state: 'expired' };
  const waitedMs = login.polledAt ? now.getTime() - login.polledAt.getTime() : Number.POSITIVE_INFINITY;
  if (waitedMs < login.intervalS * 1_000 - LENIENCY_MS) {
    return { state: 'slow_down', intervalS: login.intervalS + PENALTY_S };
  }
  if (login.approved === null) return { state: 'pending', intervalS: login.intervalS };
  return { state: login.approved ? 'approved' : 'denied' };
}
