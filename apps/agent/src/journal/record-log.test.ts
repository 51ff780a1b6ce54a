import { afterEach, beforeEach, expect, test } from 'bun:test';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecordLog } from './record-log.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-log-'));
  path = join(folder, 'log');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function texts(): string[] {
  const found: string[] = [];
  RecordLog.open(path, ({ payload }) => found.push(new TextDecoder().decode(payload))).close();
  return found;
}
const bytes = (text: string) => new TextEncoder().encode(text);

test('records come back in order, and one can be read by its offset', () => {
  const log = RecordLog.open(path, () => {});
  log.append(1, bytes('one'));
  const second = log.append(2, bytes('two'), true);

  expect(new TextDecoder().decode(log.read(second))).toBe('two');
  expect(texts()).toEqual(['one', 'two']);
});

test('a record torn at any byte is dropped, all before it stay, and writing goes on behind them', () => {
  const log = RecordLog.open(path, () => {});
  log.append(1, bytes('one'));
  const whole = log.bytes;
  log.append(1, bytes('second record'));
  log.close();
  const full = readFileSync(path);

  for (let length = whole; length < full.length; length++) {
    writeFileSync(path, full);
    truncateSync(path, length);
    const reopened = RecordLog.open(path, () => {});
    reopened.append(1, bytes('after'));
    reopened.close();

    expect(texts()).toEqual(['one', 'after']);
  }
});

test('a damaged byte ends the log where it is, and nothing damaged is handed out', () => {
  const log = RecordLog.open(path, () => {});
  log.append(1, bytes('one'));
  const damaged = log.append(1, bytes('two'));
  log.append(1, bytes('three'));
  log.close();
  const content = readFileSync(path);
  content[damaged + 10] = (content[damaged + 10] ?? 0) ^ 0xff;
  writeFileSync(path, content);

  expect(texts()).toEqual(['one']);
});

test('garbage of any size behind the records is cut off', () => {
  const log = RecordLog.open(path, () => {});
  log.append(1, bytes('one'));
  log.close();
  appendFileSync(path, Buffer.alloc(5000, 0xee));

  expect(texts()).toEqual(['one']);
});

test('a rewrite replaces everything and names the new offsets', () => {
  const log = RecordLog.open(path, () => {});
  for (let index = 0; index < 10; index++) log.append(1, bytes(`old ${index}`));
  const offsets = log.rewrite([
    { type: 1, payload: bytes('a') },
    { type: 1, payload: bytes('b') },
  ]);

  expect(new TextDecoder().decode(log.read(offsets[1] ?? -1))).toBe('b');
  log.append(1, bytes('c'));
  expect(texts()).toEqual(['a', 'b', 'c']);
});
