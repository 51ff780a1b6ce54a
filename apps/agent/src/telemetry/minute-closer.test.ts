import { expect, test } from 'bun:test';
import type { Minute, Sample } from '../wire/messages.gen.ts';
import { MINUTE_MS, MinuteCloser } from './minute-closer.ts';

const CPU = 1;
const UPTIME = 13;
const DISK_USED = 6;

function aSample(atMs: number, cpu: number, disk?: number): Sample {
  return {
    atMs,
    metrics: { metrics: [CPU, UPTIME], values: [cpu, Math.floor(atMs / 1000)] },
    instances: disk === undefined ? [] : [{ instance: 3, metrics: { metrics: [DISK_USED], values: [disk] } }],
  };
}
function valueIn(minute: Minute | undefined, metric: number): number | undefined {
  return minute?.metrics?.values[minute.metrics.metrics.indexOf(metric)];
}
const start = 1_000 * MINUTE_MS;

test('TM-1: a minute is the mean of its samples, the last value of a state, and closes with the next one', () => {
  const closer = new MinuteCloser(0);
  const closed = [0, 10, 20, 30, 40, 50].map((second) =>
    closer.add(aSample(start + second * 1000, second, 7)),
  );
  const minute = closer.add(aSample(start + MINUTE_MS, 999));

  expect(closed.every((one) => one === undefined)).toBe(true);
  expect(minute).toMatchObject({ minute: 1_000, samples: 6 });
  expect(valueIn(minute, UPTIME)).toBe(start / 1000 + 50);
  // the first sample weighs as much as the longest step, the others ten seconds
  expect(valueIn(minute, CPU)).toBe(Math.round((0 * 15 + (10 + 20 + 30 + 40 + 50) * 10) / 65));
  expect(minute?.instances).toEqual([{ instance: 3, metrics: { metrics: [DISK_USED], values: [7] } }]);
});

test('live mode does not make its part of the minute count for more', () => {
  const closer = new MinuteCloser(0);
  for (let second = 0; second < 30; second += 1) closer.add(aSample(start + second * 1000, 100));
  for (let second = 39; second < 60; second += 10) closer.add(aSample(start + second * 1000, 0));

  const cpu = valueIn(closer.add(aSample(start + MINUTE_MS, 0)), CPU) ?? 0;

  expect(cpu).toBeGreaterThan(45);
  expect(cpu).toBeLessThan(65);
});

test('a minute is closed once: neither a restart within it nor a clock that went back closes it again', () => {
  const closer = new MinuteCloser(1_000);
  closer.add(aSample(start, 5));

  expect(closer.add(aSample(start + MINUTE_MS, 5))).toBeUndefined();
  expect(closer.add(aSample(start + 2 * MINUTE_MS, 5))?.minute).toBe(1_001);
  expect(closer.add(aSample(start, 5))?.minute).toBe(1_002);
  expect(closer.add(aSample(start + MINUTE_MS, 5))).toBeUndefined();
});

test('what has been gathered when the agent ends is not lost', () => {
  const closer = new MinuteCloser(0);
  closer.add(aSample(start, 5));

  expect(closer.close()).toMatchObject({ minute: 1_000, samples: 1 });
  expect(closer.close()).toBeUndefined();
});
