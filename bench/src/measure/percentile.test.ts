import { expect, test } from 'bun:test';
import { percentile } from './percentile.ts';

test('a percentile is the nearest rank, whatever the order of the samples', () => {
  const samples = Array.from({ length: 100 }, (_, at) => 100 - at);

  expect(percentile(samples, 0.95)).toBe(95);
  expect(percentile(samples, 0.5)).toBe(50);
  expect(percentile([7], 0.99)).toBe(7);
});

test('without samples there is no percentile', () => {
  expect(percentile([], 0.95)).toBeNaN();
});
