import { expect, test } from 'bun:test';
import { newestOf, toFrame, withSamples } from './chart-frame.ts';

const series = (mean: (number | null)[]) => [
  { metric: 'cpu', unit: 'percent', instance: null, mean, min: mean, max: mean },
];

test('TM-3: live samples continue what was stored, and none is drawn twice', () => {
  const frame = toFrame({ source: 'hot', times: [100, 101, 102], series: series([5, null, 7]) });

  const joined = withSamples(
    frame,
    [
      { at: 102_000, values: { cpu: 7 }, instances: {} },
      { at: 103_000, values: { cpu: 9 }, instances: {} },
    ],
    0,
  );

  expect(joined).toEqual({ times: [100, 102, 103], columns: { cpu: [5, 7, 9] } });
});

test('TM-3: where nothing was recorded there is a hole, not a line', () => {
  const frame = toFrame({ source: 'hot', times: [100, 200], series: series([5, 7]) });

  expect(withSamples(frame, [], 0)).toEqual({ times: [100, 101, 200], columns: { cpu: [5, null, 7] } });
});

test('TM-3: what is older than the window falls out of it', () => {
  const frame = toFrame({ source: 'minutes', times: [60, 120, 180], series: series([1, null, 3]) });

  expect(frame.columns.cpu).toEqual([1, null, 3]);
  expect(withSamples({ times: [60, 70], columns: { cpu: [1, 2] } }, [], 65)).toEqual({
    times: [70],
    columns: { cpu: [2] },
  });
});

test('UI-10: the newest value is told while it is new, and not once the device has fallen silent', () => {
  const live = { times: [100, 101, 102], columns: { cpu: [5, 6, null], memory: [1, 2, 3] } };
  const minutes = { times: [0, 60, 120], columns: { cpu: [1, 2, 3] } };

  expect([newestOf(live, 'cpu', 103), newestOf(live, 'memory', 103)]).toEqual([6, 3]);
  expect(newestOf(live, 'cpu', 127)).toBeUndefined();
  expect([newestOf(minutes, 'cpu', 239), newestOf(minutes, 'cpu', 241)]).toEqual([3, undefined]);
  expect([newestOf(live, 'none', 103), newestOf({ times: [], columns: {} }, 'cpu', 1)]).toEqual([
    undefined,
    undefined,
  ]);
});
