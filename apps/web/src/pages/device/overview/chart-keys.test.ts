import { describe, expect, test } from 'bun:test';
import { reachByKey } from './chart-keys.ts';

const shown = { fromS: 1_000, toS: 2_000, times: [1_100, 1_200, 1_900], at: undefined };

describe('keys on a chart', () => {
  test('TM-3: arrows go from moment to moment, begin at the newest, and stop at the ends', () => {
    expect(reachByKey('ArrowLeft', shown)).toEqual({ at: 1_900 });
    expect(reachByKey('ArrowLeft', { ...shown, at: 1_900 })).toEqual({ at: 1_200 });
    expect(reachByKey('ArrowRight', { ...shown, at: 1_200 })).toEqual({ at: 1_900 });
    expect(reachByKey('ArrowRight', { ...shown, at: 1_900 })).toEqual({ at: 1_900 });
    expect(reachByKey('PageDown', { ...shown, at: 1_900 })).toEqual({ at: 1_100 });
    expect(reachByKey('Home', shown)).toEqual({ at: 1_100 });
    expect(reachByKey('Escape', { ...shown, at: 1_900 })).toEqual({ at: undefined });
    expect(reachByKey('ArrowLeft', { ...shown, times: [] })).toEqual({ at: undefined });
  });

  test('TM-3: plus looks closer at the moment under the cursor, minus further, and nobody looks closer than a minute', () => {
    expect(reachByKey('+', { ...shown, at: 1_200 })).toEqual({ zoom: { fromS: 1_100, toS: 1_600 } });
    expect(reachByKey('-', shown)).toEqual({ zoom: { fromS: 0, toS: 2_000 } });
    expect(reachByKey('+', { ...shown, fromS: 1_900 })).toEqual({ zoom: { fromS: 1_940, toS: 2_000 } });
  });

  test('TM-3: other keys are left to the page, Escape too where nothing is looked at', () => {
    expect(reachByKey('j', shown)).toBeUndefined();
    expect(reachByKey('Escape', shown)).toBeUndefined();
  });
});
