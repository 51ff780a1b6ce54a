import { expect, test } from 'bun:test';
import { startRepeating } from './repeating.ts';

test('it runs at once, soon after a wake-up, and many wake-ups share a run', async () => {
  let runs = 0;
  const repeating = startRepeating({
    everyMs: 60_000,
    gatherMs: 5,
    onError: () => undefined,
    work: async () => {
      runs++;
      return undefined;
    },
  });

  await Bun.sleep(10);
  const atStart = runs;
  for (let n = 0; n < 100; n++) repeating.wake();
  await Bun.sleep(30);
  await repeating.stop();

  expect([atStart, runs]).toEqual([1, 2]);
});

test('a wake-up during a run leads to one more; runs never overlap', async () => {
  let running = 0;
  let runs = 0;
  const repeating = startRepeating({
    everyMs: 60_000,
    gatherMs: 1,
    onError: () => undefined,
    work: async () => {
      expect(++running).toBe(1);
      await Bun.sleep(20);
      running--;
      runs++;
      return undefined;
    },
  });

  await Bun.sleep(5);
  repeating.wake();
  repeating.wake();
  await Bun.sleep(80);
  await repeating.stop();

  expect(runs).toBe(2);
});

test('a failing run is reported and tried again', async () => {
  const errors: unknown[] = [];
  let runs = 0;
  const repeating = startRepeating({
    everyMs: 10,
    gatherMs: 0,
    onError: (error) => errors.push(error),
    work: async () => {
      if (runs++ === 0) throw new Error('once');
      return undefined;
    },
  });

  await Bun.sleep(60);
  await repeating.stop();

  expect(errors).toHaveLength(1);
  expect(runs).toBeGreaterThan(1);
});

test('after stop nothing runs any more', async () => {
  let runs = 0;
  const repeating = startRepeating({
    everyMs: 5,
    gatherMs: 0,
    onError: () => undefined,
    work: async () => {
      runs++;
      return 0;
    },
  });
  await Bun.sleep(10);

  await repeating.stop();
  const atStop = runs;
  repeating.wake();
  await Bun.sleep(20);

  expect(runs).toBe(atStop);
});
