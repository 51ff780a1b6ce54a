import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { TimerWheel } from './timer-wheel.ts';

const TICK_MS = 100;
const ABSENT_AFTER_MS = 1_000;

/** A wheel with a clock that the test moves. */
function aWheel() {
  const clock = { ms: 5_000 };
  const wheel = new TimerWheel({
    monotonicMs: () => clock.ms,
    tickMs: TICK_MS,
    slots: 64,
    absentAfterMs: ABSENT_AFTER_MS,
  });
  /** Runs tick by tick; returns what fired and when, counted from the call. */
  const run = (forMs: number) => {
    const fired = new Map<number, number>();
    const start = clock.ms;
    while (clock.ms - start < forMs) {
      clock.ms += TICK_MS;
      for (const key of wheel.advance()) fired.set(key, clock.ms - start);
    }
    return fired;
  };
  return { clock, wheel, run };
}

describe('timer wheel', () => {
  test('HB-8: fires at the first tick after the deadline and never before it', () => {
    const afters = fc.array(fc.integer({ min: 1, max: 30_000 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(afters, fc.integer({ min: 0, max: TICK_MS - 1 }), (afters, offset) => {
        const { wheel, clock, run } = aWheel();
        clock.ms += offset;
        for (const [key, after] of afters.entries()) wheel.set(key, after);

        const fired = run(31_000);

        for (const [key, after] of afters.entries()) {
          const at = fired.get(key) ?? Number.NaN;
          expect(at).toBeGreaterThanOrEqual(after);
          expect(at).toBeLessThan(after + 2 * TICK_MS);
        }
        expect(wheel.size).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  test('a deadline set again counts from the second time, a cancelled one never fires', () => {
    const { wheel, run } = aWheel();
    wheel.set(1, 1_000);
    wheel.set(2, 1_000);
    expect(run(500).size).toBe(0);

    wheel.set(1, 1_000);
    wheel.cancel(2);

    const fired = run(3_000);
    expect(fired.get(1)).toBe(1_000);
    expect(fired.has(2)).toBe(false);
  });

  test('HB-8: an absence moves every deadline by its length, however the clock is looked at first', () => {
    const absence = fc.integer({ min: ABSENT_AFTER_MS + 1, max: 10_000_000 });
    fc.assert(
      fc.property(absence, fc.boolean(), (absentMs, socketFirst) => {
        const { wheel, clock, run } = aWheel();
        wheel.set(1, 2_000);
        run(1_000);

        clock.ms += absentMs;
        if (socketFirst) wheel.set(2, 50_000);
        expect(wheel.advance()).toEqual([]);

        const firedAt = run(3_000).get(1) ?? Number.NaN;
        expect(firedAt).toBeGreaterThanOrEqual(1_000 - TICK_MS);
        expect(firedAt).toBeLessThanOrEqual(1_000 + TICK_MS);
        expect(wheel.absentMs).toBe(absentMs - TICK_MS);
      }),
    );
  });

  test('a late tick that is no absence fires all that is due', () => {
    const { wheel, clock } = aWheel();
    for (let key = 0; key < 10; key++) wheel.set(key, key * 50);

    clock.ms += 900;

    expect(wheel.advance().length).toBe(10);
  });

  test('holds 100,000 devices whose deadlines move all the time', () => {
    const { wheel, run } = aWheel();
    for (let round = 0; round < 5; round++) {
      for (let key = 0; key < 100_000; key++) wheel.set(key, 30_000);
      run(1_000);
    }

    expect(wheel.size).toBe(100_000);
    expect(run(31_000).size).toBe(100_000);
  });
});
