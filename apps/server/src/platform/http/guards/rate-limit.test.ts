import { expect, test } from 'bun:test';
import type { UserId } from '@muster/contracts';
import { ANONYMOUS, type Person } from '../request-context.ts';
import { createRateLimit } from './rate-limit.ts';

const person = (name: string, key?: string): Person => ({
  ...ANONYMOUS,
  userId: name as UserId,
  ...(key ? { key: { id: key as never, name: key } } : {}),
});

function aLimit() {
  const refused: string[] = [];
  let now = 0;
  const limit = createRateLimit(
    (identity) => refused.push(identity),
    () => now,
  );
  const passes = (actor: Person, address = '192.0.2.1') => {
    try {
      limit.take(actor, address);
      return true;
    } catch {
      return false;
    }
  };
  const drain = (actor: Person, address?: string) => {
    let passed = 0;
    while (passed < 5_000 && passes(actor, address)) passed++;
    return passed;
  };
  return { limit, refused, passes, drain, wait: (ms: number) => (now += ms) };
}

test('SE-5: an identity may send a burst, then so many a second', () => {
  const { drain, wait } = aLimit();

  expect(drain(person('ada'))).toBe(1_000);
  wait(1_000);
  expect(drain(person('ada'))).toBe(100);
  wait(60_000);
  expect(drain(person('ada'))).toBe(1_000);
});

test('SE-5: people, keys and addresses do not use up what others may send', () => {
  const { drain, passes, refused } = aLimit();
  drain(person('ada'));
  drain(ANONYMOUS, '192.0.2.1');

  expect(passes(person('ada'))).toBe(false);
  expect(passes(person('ada'), '192.0.2.9')).toBe(false);
  expect(passes(person('ada', 'key'))).toBe(true);
  expect(passes(person('grace'))).toBe(true);
  expect(passes(ANONYMOUS, '192.0.2.2')).toBe(true);
  expect(new Set(refused)).toEqual(new Set(['person', 'address']));
});

test('SE-5: a refusal says when to come back, and coming back then is enough', () => {
  const { limit, drain, passes, wait } = aLimit();
  drain(person('ada'));
  let retryAfterMs = 0;
  try {
    limit.take(person('ada'), '');
  } catch (error) {
    retryAfterMs = (error as { params: { retryAfterMs: number } }).params.retryAfterMs;
  }

  expect(retryAfterMs).toBeGreaterThan(0);
  wait(retryAfterMs);
  expect(passes(person('ada'))).toBe(true);
});

test('SE-5: the addresses of one IPv6 subscriber are counted together, those of the next apart', () => {
  const { drain } = aLimit();

  expect(drain(ANONYMOUS, '2001:db8:0:7::1')).toBe(1_000);
  for (const same of ['2001:db8:0:7:ffff::2', '2001:db8::7:0:0:0:3', '2001:0DB8:0:7:1:2:192.0.2.1']) {
    expect([same, drain(ANONYMOUS, same)]).toEqual([same, 0]);
  }
  expect(drain(ANONYMOUS, '2001:db8:0:8::1')).toBe(1_000);
  expect(drain(ANONYMOUS, '::1')).toBe(1_000);
});
