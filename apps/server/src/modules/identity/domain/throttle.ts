/** How often something may fail before it has to wait. */
export type Limit = { readonly failures: number; readonly windowMs: number };

/** Counts failures per key in a sliding window; forgets keys that have been quiet for one. */
export interface Throttle {
  /** Milliseconds to wait before the next attempt; 0 for go on. */
  waitMs(key: string, nowMs: number): number;
  failed(key: string, nowMs: number): void;
  succeeded(key: string): void;
}

/** Keys kept at once; beyond it the oldest go first. */
const MAX_KEYS = 10_000;

/**
 * A throttle in memory: a restart forgives, which argon2's own slowness makes harmless. `nameOf` says which keys count as
 * one.
 */
export function createThrottle(limit: Limit, nameOf: (key: string) => string = (key) => key): Throttle {
  const failures = new Map<string, number[]>();
  const recent = (key: string, nowMs: number) =>
    (failures.get(key) ?? []).filter((at) => nowMs - at < limit.windowMs);
  return {
    waitMs: (key, nowMs) => {
      const times = recent(nameOf(key), nowMs);
      const oldest = times.at(-limit.failures);
      return oldest === undefined ? 0 : Math.max(0, oldest + limit.windowMs - nowMs);
    },
    failed: (given, nowMs) => {
      const key = nameOf(given);
      const times = [...recent(key, nowMs), nowMs].slice(-limit.failures);
      failures.delete(key);
      failures.set(key, times);
      const first = failures.keys().next();
      if (failures.size > MAX_KEYS && !first.done) failures.delete(first.value);
    },
    succeeded: (key) => {
      failures.delete(nameOf(key));
    },
  };
}
