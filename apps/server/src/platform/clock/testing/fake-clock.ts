import type { Clock } from '../index.ts';

/** A clock that stands still until a test moves it. */
export interface FakeClock extends Clock {
  /** Moves time on and runs, in order, what falls due on the way. */
  advance(ms: number): void;
  /** Moves the wall clock alone, as an administrator or NTP would. */
  jump(ms: number): void;
}

/** Starts at `startMs` (default 2026-01-01T00:00:00Z). */
export function fakeClock(startMs: number = Date.UTC(2026, 0, 1)): FakeClock {
  let elapsed = 0;
  let offset = startMs;
  let timers: { readonly due: number; readonly work: () => void }[] = [];
  return {
    now: () => offset + elapsed,
    monotonic: () => elapsed,
    after: (delayMs, work) => {
      const timer = { due: elapsed + delayMs, work };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance: (ms) => {
      const end = elapsed + ms;
      for (let next = earliest(timers, end); next; next = earliest(timers, end)) {
        const due = next;
        timers = timers.filter((other) => other !== due);
        elapsed = Math.max(elapsed, due.due);
        due.work();
      }
      elapsed = end;
    },
    jump: (ms) => {
      offset += ms;
    },
  };
}

function earliest<T extends { readonly due: number }>(timers: readonly T[], end: number): T | undefined {
  return timers.filter((timer) => timer.due <= end).sort((a, b) => a.due - b.due)[0];
}
