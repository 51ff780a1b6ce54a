/** The weather on the line: shared by every connection of one proxy, changed while they run. */
export interface Conditions {
  delayMs: number;
  jitterMs: number;
  /** Bytes per second of each direction over all connections; undefined is unlimited. */
  bytesPerSecond: number | undefined;
  /** Nothing is read and nothing is passed on. */
  blackhole: boolean;
  /** Between 0 and 1, from a seed: the same test meets the same weather. */
  readonly random: () => number;
}

/** Clear weather. */
export function createConditions(seed = 1): Conditions {
  return { delayMs: 0, jitterMs: 0, bytesPerSecond: undefined, blackhole: false, random: seededRandom(seed) };
}

/** Back to clear weather; the random sequence goes on. */
export function clear(conditions: Conditions): void {
  conditions.delayMs = 0;
  conditions.jitterMs = 0;
  conditions.bytesPerSecond = undefined;
  conditions.blackhole = false;
}

/** How long the next piece is under way, in milliseconds. */
export function travelTime(conditions: Conditions): number {
  return conditions.delayMs + conditions.random() * conditions.jitterMs;
}

/** Marsaglia's xorshift with 32 bits, from "Xorshift RNGs" (2003). */
function seededRandom(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 0x1_0000_0000;
  };
}
