/** Beyond the interval: how late a busy machine's timer may be (milliseconds). */
const LATE_MS = 45_000;

/**
 * Tells a sleep that nobody announced: a hypervisor paused the machine, or its system tells no program. The monotonic
 * clock counts on in sleep, timers do not, so the first sample after it comes far too late.
 */
export class SleepWatch {
  #intervalMs = 0;
  #sampledAtMs = Number.POSITIVE_INFINITY;

  setInterval(ms: number): void {
    this.#intervalMs = ms;
  }

  /** A sample was taken; `nowMs` is monotonic. True when the machine must have slept before it. */
  sampled(nowMs: number): boolean {
    const gapMs = nowMs - this.#sampledAtMs;
    this.#sampledAtMs = nowMs;
    return gapMs > this.#intervalMs + LATE_MS;
  }
}
