import type { Clock } from '../clock.ts';

type Timer = { readonly atMs: number; readonly order: number; readonly call: () => void };

/** Time that passes when a test says so: timers are called in their order, at their moment. */
export class FakeClock implements Clock {
  #nowMs = 1_000;
  #order = 0;
  #timers: Timer[] = [];
  wallOffsetMs = 1_800_000_000_000;

  monotonicMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#nowMs + this.wallOffsetMs;
  }

  after(delayMs: number, call: () => void): () => void {
    const timer = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, call };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }

  get timers(): number {
    return this.#timers.length;
  }

  pass(ms: number): void {
    const until = this.#nowMs + ms;
    for (;;) {
      const [next] = this.#timers
        .filter((one) => one.atMs <= until)
        .sort((a, b) => a.atMs - b.atMs || a.order - b.order);
      if (!next) break;
      this.#timers = this.#timers.filter((one) => one !== next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.call();
    }
    this.#nowMs = until;
  }
}
