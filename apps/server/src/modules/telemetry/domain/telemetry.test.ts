import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { HOT_MS, HotRing } from './hot-ring.ts';
import { packReadings, type Reading, unpackReadings } from './minute.ts';
import { addReadings, mergeRollup, packRollup, type Rollup, unpackRollup } from './rollup.ts';
import { SeriesBuilder } from './series.ts';
import { chooseSource, isAcceptable } from './tiers.ts';
import { VarintReader, VarintWriter } from './varints.ts';

const quanta = fc.integer({ min: -(2 ** 40), max: 2 ** 40 });
const reading = fc.record({
  instance: fc.integer({ min: 0, max: 65_535 }),
  metric: fc.integer({ min: 1, max: 22 }),
  quanta,
});

const cpu = (value: number): Reading => ({ instance: 0, metric: 1, quanta: value });
const rollupOf = (readings: readonly Reading[][]): Rollup => {
  const rollup: Rollup = new Map();
  for (const minute of readings) addReadings(rollup, minute);
  return rollup;
};

test('a varint comes back as it went in, up to the largest safe integer', () => {
  fc.assert(
    fc.property(fc.array(fc.maxSafeInteger()), (values) => {
      const writer = new VarintWriter();
      const safe = values.map((value) => Math.trunc(value / 2));
      for (const value of safe) writer.signed(value);
      const reader = new VarintReader(writer.take());
      expect(safe.map(() => reader.signed() + 0)).toEqual(safe.map((value) => value + 0));
      expect(reader.atEnd).toBe(true);
    }),
  );
});

test('a truncated pack is refused, not misread', () => {
  const packed = packReadings(new VarintWriter(), [cpu(123_456)]);

  expect(() => unpackReadings(packed.slice(0, -1))).toThrow('ends in the middle');
});

test('a packed minute comes back reading by reading', () => {
  fc.assert(
    fc.property(fc.array(reading), (readings) => {
      expect(unpackReadings(packReadings(new VarintWriter(), readings))).toEqual(readings);
    }),
  );
});

test('rollups are the same however their minutes were grouped', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(reading, { maxLength: 5 }), { maxLength: 12 }),
      fc.nat(12),
      (minutes, cut) => {
        const whole = rollupOf(minutes);
        const merged = unpackRollup(packRollup(new VarintWriter(), rollupOf(minutes.slice(0, cut))));
        mergeRollup(merged, rollupOf(minutes.slice(cut)));
        expect([...merged].sort()).toEqual([...whole].sort());
      },
    ),
  );
});

test('a hot ring keeps its five minutes, at a sample in ten seconds or one a second', () => {
  const ring = new HotRing();
  for (let at = 1; at <= 100; at++) ring.push(at * 10_000, [cpu(at)]);
  expect(ring.since(0)).toHaveLength(30);
  expect(ring.since(0)[0]?.readings).toEqual([cpu(71)]);

  ring.setLive(true);
  for (let at = 1; at <= 200; at++) ring.push(1_000_000 + at * 1_000, [cpu(at)]);
  expect(ring.since(1_000_001)).toHaveLength(200);

  ring.setLive(false);
  expect(ring.since(1_000_001).map((sample) => sample.atMs)).toHaveLength(20);
});

test('a chart shows a hole where nothing was recorded', () => {
  const builder = new SeriesBuilder(60, () => true);
  builder.addReadings(0, [cpu(100)]);
  builder.addReadings(30, [cpu(300)]);
  builder.addReadings(120, [cpu(500)]);

  const { times, series } = builder.build({ fromS: 0, toS: 180 }, new Map());

  expect(times).toEqual([0, 60, 120]);
  expect(series[0]).toMatchObject({
    metric: 'cpu',
    unit: 'percent',
    mean: [20, null, 50],
    min: [10, null, 50],
    max: [30, null, 50],
  });
});

test('a window is served from the coarsest tier that is fine enough (TM-4, TM-8)', () => {
  const now = 400 * 86_400_000;
  const last = (spanMs: number) =>
    chooseSource({ fromMs: now - spanMs, toMs: now, resolutionS: undefined }, now, HOT_MS);

  expect(last(300_000)).toEqual({ source: 'hot', resolutionS: 1 });
  expect(last(3_600_000)).toEqual({ source: 'minutes', resolutionS: 60 });
  expect(last(86_400_000)).toEqual({ source: 'minutes', resolutionS: 180 });
  expect(last(7 * 86_400_000)).toEqual({ source: '5m', resolutionS: 1_200 });
  expect(last(30 * 86_400_000)).toEqual({ source: '1h', resolutionS: 7_200 });
  expect(last(365 * 86_400_000).source).toBe('1h');
});

test('minutes older than retention and minutes from the future are refused', () => {
  const now = 10_000 * 60_000;

  expect(
    [9_999, 10_002, 10_003, 10_000 - 7 * 1_440 + 1, 10_000 - 7 * 1_440].map((minute) =>
      isAcceptable(minute, now),
    ),
  ).toEqual([true, true, false, true, false]);
});
