import { heapStats } from 'bun:jsc';
import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StateFolder } from '../identity/state-folder.ts';
import type { Collector, SelfUsage } from '../os/os.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { ServerClock } from './server-clock.ts';
import { Telemetry } from './telemetry.ts';

const DAY_MS = 86_400_000;
let path: string;
let clock: FakeClock;
let time: ServerClock;
let usage: SelfUsage;
let samples: number;
let telemetry: Telemetry;

const disk = { kind: 'disk', name: '/', detail: '' } as const;
const cheap: Collector = {
  name: 'cheap',
  essential: true,
  sample(sink) {
    sink.device('cpu', 12);
    sink.instance(disk, 'disk.used', 1e9);
  },
};
const luxury: Collector = { name: 'luxury', essential: false, sample: (sink) => sink.device('load', 1) };
const broken: Collector = {
  name: 'broken',
  essential: true,
  sample() {
    throw new Error('not on this system');
  },
};

function open(): Telemetry {
  return new Telemetry({
    clock,
    time,
    folder: new StateFolder(path),
    system: { collectors: () => [broken, cheap, luxury], selfUsage: () => usage },
    sampled: () => {
      samples += 1;
    },
    ticked: () => {},
  });
}
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'muster-telemetry-'));
  clock = new FakeClock();
  time = new ServerClock(clock, 0);
  usage = { residentBytes: 14e6, cpuMs: 0 };
  samples = 0;
  telemetry = open();
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

test('TM-1: six samples a minute close one minute each, though one of the collectors fails', () => {
  telemetry.start();
  clock.pass(10 * 60_000);
  const minutes = telemetry.oldestMinutes(100);

  expect(minutes.length).toBeGreaterThanOrEqual(9);
  expect(minutes.slice(1).every((minute) => minute.samples === 6)).toBe(true);
  expect(minutes[1]?.metrics).toEqual({ metrics: [1, 12], values: [120, 100] });
  expect(minutes.map((minute) => minute.minute)).toEqual(
    minutes.map((_, index) => (minutes[0]?.minute ?? 0) + index),
  );
});

test('ten days without a server: the journal stays bounded, the newest week is kept, and memory does not grow', () => {
  telemetry.start();
  clock.pass(DAY_MS * 8);
  Bun.gc(true);
  const heapBefore = heapStats().heapSize;
  const journalBefore = telemetry.health().journalBytes;
  clock.pass(DAY_MS * 2);
  Bun.gc(true);

  expect(telemetry.waitingMinutes).toBe(7 * 1440);
  expect(telemetry.health().minutesDropped).toBeGreaterThan(2 * 1440);
  expect(heapStats().heapSize - heapBefore).toBeLessThan(512 * 1024);
  expect(statSync(join(path, 'minutes.journal')).size).toBeLessThan(2 * journalBefore);
  expect(clock.timers).toBe(1);
}, 120_000);

test('EN-5: above its ceiling the agent sheds what is not essential, says so, and takes it up again when calm', () => {
  telemetry.start();
  usage = { residentBytes: 200e6, cpuMs: 0 };
  clock.pass(3 * 60_000);
  const shedding = telemetry.health();
  const during = telemetry.oldestMinutes(100).at(-1);
  usage = { residentBytes: 14e6, cpuMs: 0 };
  clock.pass(3 * 60_000);

  expect(shedding).toMatchObject({ shedding: true, residentBytes: 200e6 });
  expect(during?.metrics?.metrics).toEqual([1]);
  expect(telemetry.health().shedding).toBe(false);
  expect(telemetry.oldestMinutes(100).at(-1)?.metrics?.metrics).toEqual([1, 12]);
});

test('EN-5: too much processor time sheds as well', () => {
  telemetry.start();
  for (let minute = 0; minute < 3; minute++) {
    usage = { residentBytes: 14e6, cpuMs: usage.cpuMs + 6_000 };
    clock.pass(60_000);
  }

  expect(telemetry.health()).toMatchObject({ shedding: true });
});

test('HB-1: live mode ends by itself, and a minute in it holds more samples', () => {
  telemetry.start();
  clock.pass(1_000);
  telemetry.watch({ intervalMs: 1_000, durationMs: 30_000 });
  clock.pass(30_000);
  const live = samples;
  clock.pass(60_000);

  expect(live).toBeGreaterThanOrEqual(30);
  expect(samples - live).toBeLessThanOrEqual(7);
  expect(telemetry.isLive).toBe(false);
});

test('minutes that were closed by a wrong wall clock move to server time when the server is heard', () => {
  clock.wallOffsetMs -= DAY_MS * 365;
  time = new ServerClock(clock, 0);
  telemetry = open();
  telemetry.start();
  clock.pass(5 * 60_000);
  const wrong = telemetry.oldestMinutes(1)[0]?.minute ?? 0;
  const serverNow = clock.wallMs() + DAY_MS * 365;
  telemetry.anchored(time.anchor(serverNow));
  clock.pass(2 * 60_000);
  const minutes = telemetry.oldestMinutes(100).map((minute) => minute.minute);

  expect(minutes[0]).toBe(wrong + 365 * 1440);
  expect(minutes.at(-1)).toBeLessThanOrEqual(Math.floor(time.now() / 60_000));
  expect(new Set(minutes).size).toBe(minutes.length);
});

test('a clock that runs ahead by years costs no minute once the server is heard, whatever was closed by it before', () => {
  const right = clock.wallMs();
  const runAhead = () => {
    clock.wallOffsetMs += DAY_MS * 3_650;
    time = new ServerClock(clock, 0);
    telemetry = open();
    telemetry.start();
  };
  const nowMinute = () => Math.floor(time.now() / 60_000);
  runAhead();
  telemetry.anchored(time.anchor(right));
  const first = nowMinute();
  clock.pass(3 * 60_000);
  const openAtAnchor = telemetry.oldestMinutes(100).map(({ minute }) => minute);
  telemetry.stop();
  runAhead();
  clock.pass(5 * 60_000);
  telemetry.stop();
  runAhead();
  telemetry.anchored(time.anchor(right + 10 * 60_000));
  const second = nowMinute();
  clock.pass(2 * 60_000 + 15_000);
  const minutes = telemetry.oldestMinutes(100).map(({ minute }) => minute);

  expect(openAtAnchor.slice(0, 3)).toEqual([first, first + 1, first + 2]);
  expect(minutes.filter((minute) => minute >= second && minute < second + 1_000)).toEqual([
    second,
    second + 1,
  ]);
});

test('numbers of instances outlive a restart', () => {
  telemetry.start();
  expect(telemetry.takeInstanceNews()).toBe(true);
  telemetry.stop();
  telemetry = open();
  telemetry.start();

  expect(telemetry.takeInstanceNews()).toBe(false);
  expect(telemetry.instances).toEqual([{ instance: 1, kind: 'disk', name: '/', detail: '' }]);
});
