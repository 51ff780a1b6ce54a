import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { draftOf, draftProblem, toValue } from './field-draft.ts';
import { readSpan, spellSpan } from './spans.ts';

test('a span is spelled so that reading it gives the same, to the millisecond', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 10 ** 13 }), (span) => readSpan(spellSpan(span)) === span));
});

test('a span is read as people type it', () => {
  expect(['90 s', '2min', '1d12h', '0.5 h', '6 H'].map(readSpan)).toEqual([
    90_000, 120_000, 129_600_000, 1_800_000, 21_600_000,
  ]);
  expect(['', '90', 'soon', '5 minutes', '-1 s'].map(readSpan)).toEqual(Array(5).fill(undefined));
});

test('GT-7: a duration of a custom field is typed with its unit and kept in milliseconds', () => {
  expect(draftOf(5_400_000, 'duration')).toBe('1 h 30 min');
  expect(toValue('duration', '90 min')).toBe(5_400_000);
  expect([draftProblem('duration', '90'), draftProblem('duration', '90 min')]).toEqual([
    'A time with its unit: 90 s, 6 h, 30 d',
    undefined,
  ]);
});
