export type TimerWheelOptions = {
  /** Milliseconds of a monotonic clock: one that nobody can set. */
  readonly monotonicMs: () => number;
  readonly tickMs: number;
  /** Slots of the wheel; deadlines beyond slots × tickMs take more than one turn. */
  readonly slots: number;
  /** A gap between two looks at the clock that is longer than this was an absence, in milliseconds. */
  readonly absentAfterMs: number;
};

/**
 * A hashed timer wheel: one deadline per key, set and cancelled in constant time, fired at the first tick after it
 * and never early.
 *
 * It runs on a clock of its own that stands still while the process was away (paused, suspended, blocked): a gap between
 * two looks at the clock counts as one tick, so every deadline moves by the rest. Whoever was silent while nobody
 * listened is not late.
 */
export class TimerWheel {
  readonly #options: TimerWheelOptions;
  readonly #slots: Set<number>[];
  readonly #deadlineTick = new Map<number, number>();
  #lookedAtMs: number;
  /** The wheel's own clock. */
  #wheelMs = 0;
  /** Last tick whose slot was emptied. */
  #tick = 0;
  #absentMs = 0;

  constructor(options: TimerWheelOptions) {
    this.#options = options;
    this.#slots = Array.from({ length: options.slots }, () => new Set());
    this.#lookedAtMs = options.monotonicMs();
  }

  /** Milliseconds by which absences have moved all deadlines since the start. */
  get absentMs(): number {
    return this.#absentMs;
  }

  /** The wheel's own clock: monotonic milliseconds without the absences. */
  nowMs(): number {
    this.#look();
    return this.#wheelMs;
  }

  get size(): number {
    return this.#deadlineTick.size;
  }

  /** Sets the deadline of `key`, replacing the one it has; `afterMs` at or below zero is due at the next tick. */
  set(key: number, afterMs: number): void {
    this.cancel(key);
    this.#look();
    const due = Math.ceil((this.#wheelMs + afterMs) / this.#options.tickMs);
    const tick = Math.max(due, this.#tick + 1);
    this.#deadlineTick.set(key, tick);
    this.#slotOf(tick).add(key);
  }

  cancel(key: number): void {
    const tick = this.#deadlineTick.get(key);
    if (tick === undefined) return;
    this.#deadlineTick.delete(key);
    this.#slotOf(tick).delete(key);
  }

  /** Turns the wheel up to now; returns the keys whose deadline has passed, earliest tick first. To be called each tick. */
  advance(): number[] {
    this.#look();
    const due: number[] = [];
    const now = Math.floor(this.#wheelMs / this.#options.tickMs);
    while (this.#tick < now) {
      this.#tick += 1;
      const slot = this.#slotOf(this.#tick);
      for (const key of slot) {
        if (this.#deadlineTick.get(key) !== this.#tick) continue;
        slot.delete(key);
        this.#deadlineTick.delete(key);
        due.push(key);
      }
    }
    return due;
  }

  #look(): void {
    const now = this.#options.monotonicMs();
    const passed = now - this.#lookedAtMs;
    this.#lookedAtMs = now;
    if (passed <= this.#options.absentAfterMs) {
      this.#wheelMs += Math.max(0, passed);
      return;
    }
    this.#wheelMs += this.#options.tickMs;
    this.#absentMs += passed - this.#options.tickMs;
  }

  #slotOf(tick: number): Set<number> {
    return this.#slots[tick % this.#slots.length] as Set<number>;
  }
}
