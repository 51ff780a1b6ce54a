import { expect, test } from 'bun:test';
import { createServerOrder } from './server-order.ts';

test('a server that failed is asked last for a minute, and in its place again once it answers', () => {
  let now = 0;
  const order = createServerOrder(() => now);
  order.failed('one');
  expect(order.sort(['one', 'two'])).toEqual(['two', 'one']);
  now = 59_999;
  expect(order.sort(['one', 'two'])).toEqual(['two', 'one']);
  now = 60_000;
  expect(order.sort(['one', 'two'])).toEqual(['one', 'two']);
  order.failed('one');
  order.answered('one');
  expect(order.sort(['one', 'two'])).toEqual(['one', 'two']);
});
