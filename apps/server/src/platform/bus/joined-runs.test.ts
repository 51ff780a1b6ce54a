import { expect, test } from 'bun:test';
import { createJoinedRuns } from './joined-runs.ts';

function held() {
  const waiting: ((failed?: boolean) => void)[] = [];
  let runs = 0;
  const run = () => {
    const turn = ++runs;
    return new Promise<number>((resolve, reject) =>
      waiting.push((failed) => (failed ? reject(new Error('failed')) : resolve(turn))),
    );
  };
  return { run, end: (failed?: boolean) => waiting.shift()?.(failed), runs: () => runs };
}
const settle = () => Bun.sleep(1);

test('who asks while an answer is worked out shares the next one, which begins after the question', async () => {
  const { run, end, runs } = held();
  const join = createJoinedRuns<number>();
  const first = join('all', run);
  const others = [join('all', run), join('all', run), join('all', run)];
  expect(runs()).toBe(1);

  end();
  await settle();
  end();

  expect(await first).toBe(1);
  expect(await Promise.all(others)).toEqual([2, 2, 2]);
  const later = join('all', run);
  end();
  expect(await later).toBe(3);
});

test('another key does not wait, and a run that fails fails for those who shared it alone', async () => {
  const { run, end } = held();
  const join = createJoinedRuns<number>();
  const first = join('a', run);
  const second = join('a', run);
  const elsewhere = join('b', run);

  end(true);
  end();
  await settle();
  end();

  await expect(first).rejects.toThrow('failed');
  expect(await elsewhere).toBe(2);
  expect(await second).toBe(3);
});
