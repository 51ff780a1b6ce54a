import { expect, test } from 'bun:test';
import { MusterError } from '@muster/contracts';
import { createBatcher } from './batcher.ts';

test('what comes at once is answered in one batch, each item with its own result', async () => {
  const batches: number[][] = [];
  const batcher = createBatcher<number, number>({
    maxItems: 100,
    gatherMs: 1,
    run: async (items) => {
      batches.push(items);
      return items.map((item) => item * 2);
    },
  });

  const results = await Promise.all([1, 2, 3].map((item) => batcher.add(item)));

  expect(results).toEqual([2, 4, 6]);
  expect(batches).toEqual([[1, 2, 3]]);
});

test('batches never overlap and stay within count and weight', async () => {
  const sizes: number[] = [];
  let running = 0;
  const batcher = createBatcher<number, number>({
    maxItems: 4,
    weigh: (weight) => weight,
    maxWeight: 10,
    gatherMs: 0,
    run: async (items) => {
      expect(++running).toBe(1);
      await Bun.sleep(1);
      running--;
      sizes.push(items.length);
      return items;
    },
  });

  await Promise.all([1, 1, 1, 1, 1, 9, 5, 99, 1].map((weight) => batcher.add(weight)));

  expect(sizes).toEqual([4, 2, 1, 1, 1]);
});

test('one bad item fails nobody else', async () => {
  const batcher = createBatcher<string, string>({
    maxItems: 10,
    gatherMs: 0,
    run: async (items) => {
      if (items.includes('bad')) throw new Error('bad item');
      return items;
    },
  });

  const settled = await Promise.allSettled(['a', 'bad', 'b'].map((item) => batcher.add(item)));

  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('a database that is away is asked once for the whole batch', async () => {
  let runs = 0;
  const batcher = createBatcher<number, number>({
    maxItems: 10,
    gatherMs: 0,
    run: async () => {
      runs++;
      throw new MusterError('unavailable', 'away');
    },
  });

  const settled = await Promise.allSettled([1, 2, 3].map((item) => batcher.add(item)));

  expect(settled.every(({ status }) => status === 'rejected')).toBe(true);
  expect(runs).toBe(1);
});
