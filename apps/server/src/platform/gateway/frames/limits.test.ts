import { expect, test } from 'bun:test';
import type { DeviceId } from '@muster/contracts';
import { createDeviceBudgets } from './device-budgets.ts';
import { createFrameBudget, FRAME_LIMITS, spendFrame, spendGreeting } from './limits.ts';

test('what a device has sent is remembered beyond its connection, and forgotten when it no longer matters', () => {
  let nowMs = 0;
  const budgets = createDeviceBudgets({ monotonic: () => nowMs });
  const [one, other] = ['one', 'other'] as DeviceId[] as [DeviceId, DeviceId];
  for (let said = 0; said < FRAME_LIMITS.greetingsPerMinute; said++)
    expect(spendGreeting(budgets.of(one), 10, nowMs)).toBeUndefined();

  expect(spendGreeting(budgets.of(one), 10, nowMs)).toBe('greetings');
  expect(spendGreeting(budgets.of(other), 10, nowMs)).toBeUndefined();
  nowMs = 60_000;
  expect(spendGreeting(budgets.of(one), 10, nowMs)).toBeUndefined();
  const known = budgets.of(one);
  nowMs = 150_000;
  expect(budgets.of(other)).toBeDefined();
  nowMs = 300_000;
  expect(budgets.of(one)).not.toBe(known);
});

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
