import { expect, test } from 'bun:test';
import { startRepeating } from './repeating.ts';

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await Bun.sleep(1);
}
/** Long enough for a run that must not come, on a machine that is not busy. */
const A_WHILE_MS = 50;

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

  await until(() => runs === 1);
  for (let n = 0; n < 100; n++) repeating.wake();
  await until(() => runs === 2);
  await Bun.sleep(A_WHILE_MS);
  await repeating.stop();

  expect(runs).toBe(2);
});

test('a wake-up during a run leads to one more; runs never overlap', async () => {
  const first = Promise.withResolvers<void>();
  let running = 0;
  let runs = 0;
  const repeating = startRepeating({
    everyMs: 60_000,
    gatherMs: 1,
    onError: () => undefined,
    work: async () => {
      expect(++running).toBe(1);
      await first.promise;
      await Bun.sleep(1);
      running--;
      runs++;
      return undefined;
    },
  });

  await until(() => running === 1);
  repeating.wake();
  repeating.wake();
  first.resolve();
  await until(() => runs === 2);
  await Bun.sleep(A_WHILE_MS);
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

  await until(() => runs > 1);
  await repeating.stop();

  expect(errors).toHaveLength(1);
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
  await until(() => runs > 0);

  await repeating.stop();
  const atStop = runs;
  repeating.wake();
  await Bun.sleep(A_WHILE_MS);

  expect(runs).toBe(atStop);
});
