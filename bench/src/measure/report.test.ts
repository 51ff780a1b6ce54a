import { expect, test } from 'bun:test';
import { createReport } from './report.ts';

function collect() {
  const lines: unknown[] = [];
  return { lines, report: createReport('sample', (line) => lines.push(JSON.parse(line))) };
}

test('a figure at its limit does not hold, and the report remembers it', () => {
  const { lines, report } = collect();

  report.below('p95', 49.9, 'ms', 50);
  expect(report.holds).toBe(true);
  report.below('p95', 50, 'ms', 50);

  expect(report.holds).toBe(false);
  expect(lines).toEqual([
    { bench: 'sample', metric: 'p95', value: 49.9, unit: 'ms', limit: 50, holds: true },
    { bench: 'sample', metric: 'p95', value: 50, unit: 'ms', limit: 50, holds: false },
  ]);
});

test('a limit of nothing holds only for nothing', () => {
  const { report } = collect();

  report.below('minutes lost', 0, 'count', 0);
  expect(report.holds).toBe(true);
  report.below('minutes lost', 1, 'count', 0);

  expect(report.holds).toBe(false);
});

test('a percentile of too few samples does not hold', () => {
  const { report } = collect();

  report.percentileBelow('p99', [1, 2, 3], 3, 50);

  expect(report.holds).toBe(false);
});

test('a figure without a limit always holds, and one that is no number is null', () => {
  const { lines, report } = collect();

  report.tell('rate', Number.NaN, 'per s');

  expect(report.holds).toBe(true);
  expect(lines).toEqual([
    { bench: 'sample', metric: 'rate', value: null, unit: 'per s', limit: null, holds: true },
  ]);
});
