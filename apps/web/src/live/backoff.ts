const FIRST_MS = 500;
const MOST_MS = 15_000;

/** How long to wait before the given attempt (from 0); `random` in 0..1 spreads browsers that lost the same server. */
export function nextDelayMs(attempt: number, random: number): number {
  const most = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return most / 2 + (most / 2) * random;
}
