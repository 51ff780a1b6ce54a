import { expect, test } from 'bun:test';
import { SleepWatch } from './sleep-watch.ts';

test('HB-1: a sample that comes far too late tells of a sleep, once; a late one, and the first, do not', () => {
  const watch = new SleepWatch();
  watch.setInterval(10_000);

  expect(watch.sampled(500_000)).toBe(false);
  expect(watch.sampled(510_000)).toBe(false);
  expect(watch.sampled(540_000)).toBe(false);
  expect(watch.sampled(600_000)).toBe(true);
  expect(watch.sampled(610_000)).toBe(false);
});

test('HB-1: samples that are far apart on purpose tell of no sleep', () => {
  const watch = new SleepWatch();
  watch.setInterval(300_000);

  expect([0, 300_000, 630_000].map((at) => watch.sampled(at))).toEqual([false, false, false]);
});
