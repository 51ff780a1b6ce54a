/** Time as the agent sees it; tests have one of their own that passes days in a moment. */
export interface Clock {
  /** Never goes back, counts on in sleep. */
  monotonicMs(): number;
  /** The machine's wall clock: wrong at times, and it jumps. */
  wallMs(): number;
  /** Calls back once after a while; the returned function cancels. */
  after(delayMs: number, call: () => void): () => void;
}

/** A timer for longer would not fit into its 31 bits, and fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** The real one. */
export function createClock(monotonicMs: () => number): Clock {
  return {
    monotonicMs,
    wallMs: Date.now,
    after(delayMs, call) {
      const timer = setTimeout(call, Math.min(delayMs, LONGEST_MS));
      return () => clearTimeout(timer);
    },
  };
}
