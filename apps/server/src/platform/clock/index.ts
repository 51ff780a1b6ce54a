/** Time as the server sees it; tests bring their own (platform/clock/testing/fake-clock.ts). */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Milliseconds that never go back and never jump; only differences mean something. */
  monotonic(): number;
  /** Calls `work` once after `delayMs`; the result cancels it. */
  after(delayMs: number, work: () => void): () => void;
}

/** The machine's own clock. Its timers do not keep the process alive. */
export const systemClock: Clock = Object.freeze({
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (delayMs: number, work: () => void) => {
    const timer = setTimeout(work, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
});
