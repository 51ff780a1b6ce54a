import { expect, test } from 'bun:test';
import { createFrameBudget, FRAME_LIMITS, spendFrame } from './limits.ts';

test('frames above the limit of a second are told, and the next second is fresh', () => {
  const budget = createFrameBudget();

  for (let sent = 0; sent < FRAME_LIMITS.framesPerSecond; sent++) {
    expect(spendFrame(budget, 10, 5_000)).toBeUndefined();
  }

  expect(spendFrame(budget, 10, 5_999)).toBe('frames');
  expect(spendFrame(budget, 10, 6_000)).toBeUndefined();
});

test('bytes above the limit of a minute are told, and the next minute is fresh', () => {
  const budget = createFrameBudget();
  const mebibyte = 1024 * 1024;

  for (let sent = 0; sent < 16; sent++)
    expect(spendFrame(budget, mebibyte, 60_000 + sent * 1_000)).toBeUndefined();

  expect(spendFrame(budget, 1, 119_999)).toBe('bytes');
  expect(spendFrame(budget, 1, 120_000)).toBeUndefined();
});
