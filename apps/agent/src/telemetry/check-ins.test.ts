import { expect, test } from 'bun:test';
import { FakeClock } from '../testing/fake-clock.ts';
import { CheckIns } from './check-ins.ts';
import type { Telemetry } from './telemetry.ts';

const SAMPLE_MS = 10_000;

/** Seconds at which check-ins go out over half an hour; a minute closes each 60 s. */
function rhythm(everyS: number): number[] {
  const clock = new FakeClock();
  const telemetry = { oldestMinutes: () => [], waitingMinutes: 0, health: () => undefined };
  const checkIns = new CheckIns({ clock, telemetry: telemetry as unknown as Telemetry });
  checkIns.setInterval(everyS * 1_000);
  const sent: number[] = [];
  for (let at = SAMPLE_MS; at <= 1_800_000; at += SAMPLE_MS) {
    clock.pass(SAMPLE_MS);
    if (!checkIns.isDue(at % 60_000 === 0)) continue;
    checkIns.next(true);
    sent.push(at / 1_000);
  }
  return sent;
}

const gaps = (sent: readonly number[]) =>
  new Set(sent.slice(3).map((at, index) => at - (sent[index + 2] ?? 0)));

test('HB-3, GT-3: check-ins follow the interval that a policy gives them', () => {
  expect(gaps(rhythm(60))).toEqual(new Set([60]));
  expect(gaps(rhythm(120))).toEqual(new Set([120]));
  expect(gaps(rhythm(300))).toEqual(new Set([300]));
  expect(gaps(rhythm(30))).toEqual(new Set([30]));
});

test('an interval that is told again is no news', () => {
  const checkIns = new CheckIns({ clock: new FakeClock(), telemetry: {} as Telemetry });
  expect([60_000, 120_000, 120_000, 60_000].map((ms) => checkIns.setInterval(ms))).toEqual([
    false,
    true,
    false,
    true,
  ]);
});
