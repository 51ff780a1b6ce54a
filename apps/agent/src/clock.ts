/** Time as the agent sees it; tests have one of their own that passes days in a moment. */
export interface Clock {
  /** Never goes back, counts on in sleep. */
  monotonicMs(): number;
  /** The machine's wall clock: wrong at times, and it jumps. */
  wallMs(): number;
  /** Calls back once after a while; the returned function cancels. */
  after(delayMs: number, call: () => void): () => void;
}

/** The real one. */
export function createClock(monotonicMs: () => number): Clock {
  return {
    monotonicMs,
    wallMs: Date.now,
    after(delayMs, call) {
      const timer = setTimeout(call, delayMs);
      return () => clearTimeout(timer);
    },
  };
}
