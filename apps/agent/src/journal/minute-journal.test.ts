import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Minute } from '../wire/messages.gen.ts';
import { MINUTE_JOURNAL_LIMITS, MinuteJournal } from './minute-journal.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-minutes-'));
  path = join(folder, 'minutes');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function aMinute(minute: number): Minute {
  return {
    minute,
    samples: 6,
    metrics: { metrics: [1, 2, 3], values: [100, 2_000, minute] },
    instances: [{ instance: 1, metrics: { metrics: [6, 7], values: [10, 20] } }],
  };
}
const numbers = (journal: MinuteJournal) => journal.oldest(1e6).map((minute) => minute.minute);

test('HB-5: minutes wait, oldest first, until they are acknowledged, also across a restart', () => {
  const journal = new MinuteJournal(path);
  for (const minute of [10, 11, 12, 13]) journal.append(aMinute(minute));
  journal.acknowledge([10, 12]);
  journal.close();

  const reopened = new MinuteJournal(path);

  expect(numbers(reopened)).toEqual([11, 13]);
  expect(reopened.oldest(1)).toEqual([aMinute(11)]);
  expect(reopened.lastMinute).toBe(13);
});

test('a journal whose minutes are all acknowledged is a few bytes, and still knows the last minute', () => {
  const journal = new MinuteJournal(path);
  for (let minute = 1; minute <= 500; minute++) {
    journal.append(aMinute(minute));
    journal.acknowledge([minute]);
  }
  journal.close();

  expect(statSync(path).size).toBeLessThan(32);
  expect(new MinuteJournal(path).lastMinute).toBe(500);
});

test('a process killed while it writes loses no minute that it had written', async () => {
  const program = join(folder, 'write.ts');
  writeFileSync(
    program,
    `import { MinuteJournal } from '${import.meta.dir}/minute-journal.ts';
    const journal = new MinuteJournal(process.argv[2]);
    for (let minute = 1; minute < 1e6; minute++) {
      journal.append({ minute, samples: 6, metrics: { metrics: [1], values: [minute] }, instances: [] });
      if (minute % 50 === 0) console.log(minute);
    }`,
  );
  const child = Bun.spawn([process.execPath, program, path], { stdout: 'pipe' });
  let written = 0;
  for await (const chunk of child.stdout) {
    written = Number(new TextDecoder().decode(chunk).trim().split('\n').at(-1));
    if (written > 2_000) break;
  }
  child.kill('SIGKILL');
  await child.exited;

  const found = numbers(new MinuteJournal(path));

  expect(found.length).toBeGreaterThanOrEqual(written);
  expect(found).toEqual(found.map((_, index) => index + 1));
});

test('the journal is bounded: beyond seven days the oldest minutes are dropped and counted', () => {
  const journal = new MinuteJournal(path);
  const total = MINUTE_JOURNAL_LIMITS.minutes + 3_000;
  for (let minute = 1; minute <= total; minute++) journal.append(aMinute(minute));

  expect(journal.waiting).toBe(MINUTE_JOURNAL_LIMITS.minutes);
  expect(journal.dropped).toBe(3_000);
  expect(journal.oldest(1)[0]?.minute).toBe(3_001);
  expect(statSync(path).size).toBeLessThan(MINUTE_JOURNAL_LIMITS.bytes);
});

test('a journal that is small by order keeps below its size, whatever its minutes weigh', () => {
  const journal = new MinuteJournal(path, { minutes: 10_000, bytes: 20_000, unsaved: 10 });
  for (let minute = 1; minute <= 3_000; minute++) journal.append(aMinute(minute));

  expect(statSync(path).size).toBeLessThan(21_000);
  expect(journal.waiting + journal.dropped).toBe(3_000);
  expect(journal.oldest(1e6).at(-1)?.minute).toBe(3_000);
});

test('on a full disk the newest minutes stay in memory, and are written when there is room again', () => {
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  const mounted = Bun.spawnSync(['mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]);
  if (mounted.exitCode !== 0)
    throw new Error(`this test mounts a small disk and must be root: ${mounted.stderr}`);
  try {
    const journal = new MinuteJournal(join(disk, 'minutes'), { ...MINUTE_JOURNAL_LIMITS, unsaved: 20 });
    journal.append(aMinute(1));
    writeFileSync(join(disk, 'ballast'), Buffer.alloc(56 * 1024));
    for (let minute = 2; minute <= 400; minute++) journal.append(aMinute(minute));
    const whileFull = numbers(journal);
    rmSync(join(disk, 'ballast'));
    journal.append(aMinute(401));
    const afterwards = new MinuteJournal(join(disk, 'minutes'));

    expect(whileFull[0]).toBe(1);
    expect(whileFull.at(-1)).toBe(400);
    expect(journal.dropped).toBe(400 - whileFull.length);
    expect(journal.dropped).toBeGreaterThan(0);
    expect(numbers(afterwards)).toEqual([...whileFull, 401]);
    journal.close();
    afterwards.close();
  } finally {
    Bun.spawnSync(['umount', disk]);
  }
});

test('minutes closed by a clock that was wrong are renumbered, the others stay', () => {
  const journal = new MinuteJournal(path);
  for (const minute of [100, 101, 500, 501]) journal.append(aMinute(minute));
  journal.shift(2, -390);

  expect(numbers(journal)).toEqual([100, 101, 110, 111]);
  expect(numbers(new MinuteJournal(path))).toEqual([100, 101, 110, 111]);
});
