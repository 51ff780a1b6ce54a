/**
 * Turns rising counters into rates per second. A counter that went back (a reset, a device that was replaced) yields
 * undefined once, as does the first look. Keys that are no longer seen are forgotten by `sweep`.
 */
export class Rates {
  readonly #last = new Map<string, { count: number; at: number; round: number }>();
  #round = 0;

  /** Starts a new look. */
  begin(): void {
    this.#round += 1;
  }

  perSecond(key: string, count: number, atMs: number): number | undefined {
    const last = this.#last.get(key);
    if (!last) {
      this.#last.set(key, { count, at: atMs, round: this.#round });
      return undefined;
    }
    const elapsed = (atMs - last.at) / 1000;
    const rate = elapsed > 0 && count >= last.count ? (count - last.count) / elapsed : undefined;
    last.count = count;
    last.at = atMs;
    last.round = this.#round;
    return rate;
  }

  sweep(): void {
    for (const [key, entry] of this.#last) if (entry.round !== this.#round) this.#last.delete(key);
  }
}
