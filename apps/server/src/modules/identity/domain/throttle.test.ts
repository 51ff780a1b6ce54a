import { expect, test } from 'bun:test';
import { subscriberOf } from '../../../platform/network.ts';
import { createThrottle } from './throttle.ts';

const MINUTE_MS = 60_000;

test('failures wait out their window one by one, and other keys are not touched', () => {
  const throttle = createThrottle({ failures: 3, windowMs: 10 * MINUTE_MS });
  for (const minute of [0, 1, 2]) throttle.failed('ada', minute * MINUTE_MS);

  expect(throttle.waitMs('ada', 3 * MINUTE_MS)).toBe(7 * MINUTE_MS);
  expect(throttle.waitMs('bob', 3 * MINUTE_MS)).toBe(0);
  expect(throttle.waitMs('ada', 10 * MINUTE_MS)).toBe(0);
  throttle.failed('ada', 10 * MINUTE_MS);
  expect(throttle.waitMs('ada', 10 * MINUTE_MS)).toBe(MINUTE_MS);
});

test('a success forgives', () => {
  const throttle = createThrottle({ failures: 2, windowMs: MINUTE_MS });
  throttle.failed('ada', 0);
  throttle.succeeded('ada');
  throttle.failed('ada', 1);
  expect(throttle.waitMs('ada', 2)).toBe(0);
});

test('many strangers cannot make it grow without end', () => {
  const throttle = createThrottle({ failures: 1, windowMs: MINUTE_MS });
  throttle.failed('first', 0);
  for (let stranger = 0; stranger < 10_000; stranger++) throttle.failed(`stranger-${stranger}`, 0);
  expect(throttle.waitMs('first', 1)).toBe(0);
  expect(throttle.waitMs('stranger-9999', 1)).toBeGreaterThan(0);
});

test('SE-5: an IPv6 subscriber has no more guesses for having more addresses', () => {
  const throttle = createThrottle({ failures: 2, windowMs: MINUTE_MS }, subscriberOf);
  throttle.failed('2001:db8::1', 0);
  throttle.failed('2001:db8::2', 0);
  expect(throttle.waitMs('2001:db8::3', 1)).toBeGreaterThan(0);
  expect(throttle.waitMs('2001:db8:0:1::1', 1)).toBe(0);
  expect(throttle.waitMs('192.0.2.1', 1)).toBe(0);

  throttle.succeeded('2001:db8::4');
  expect(throttle.waitMs('2001:db8::1', 1)).toBe(0);
});
