export const BACKOFF_BASE_MS = 5_000;
export const BACKOFF_CAP_MS = 60_000;

/**
 * How long to wait before attempt number `attempt` (0 is the first after a loss): full jitter over an exponentially
 * growing window, so that 15,000 agents that lost the same server do not come back in step. `random` is in [0, 1).
 */
export function backoffMs(attempt: number, random: () => number): number {
  const window = Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** Math.min(attempt, 16));
  return Math.round(random() * window);
}
