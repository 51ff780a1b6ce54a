import { expect, test } from 'bun:test';
import type { TimelineEntry } from '@muster/contracts';
import { byDay } from './by-day.ts';
import { askedSince, takeIn } from './take-in.ts';

const entry = (id: string, second: number, more: Partial<TimelineEntry> = {}): TimelineEntry => ({
  id,
  at: new Date(Date.UTC(2026, 0, 2, 12, 0, second)).toISOString(),
  kind: 'state',
  title: id,
  detail: '',
  tone: null,
  actor: null,
  link: null,
  ...more,
});
const ids = (entries: readonly TimelineEntry[]) => entries.map(({ id }) => id);

test('UI-2: what comes late takes its place, and what came again is told once in its newer words', () => {
  const before = [entry('d', 40), entry('b', 20), entry('a', 10)];
  const after = takeIn(before, [entry('e', 50), entry('c', 30), entry('b', 20, { title: 'ended' })]);

  expect(ids(after)).toEqual(['e', 'd', 'c', 'b', 'a']);
  expect(after[3]?.title).toBe('ended');
  expect(takeIn(before, [])).toEqual(before);
});

test('UI-2: it is asked again from ten seconds before the last look, or from a command that has not ended', () => {
  const lookedAt = Date.UTC(2026, 0, 2, 12, 1, 0);
  const running = entry('x', 5, { kind: 'command' });
  const ended = entry('y', 4, { kind: 'command', tone: 'good' });

  expect(askedSince([ended, entry('z', 1)], lookedAt)).toBe('2026-01-02T12:00:50.000Z');
  expect(askedSince([running, ended], lookedAt)).toBe('2026-01-02T12:00:05.000Z');
  expect(askedSince([running], lookedAt + 7_200_000)).toBe('2026-01-02T14:00:50.000Z');
});

test('UI-2: entries are told day by day in the order that they came in', () => {
  const days = byDay([entry('c', 86_400), entry('b', 2), entry('a', 1)]);
  expect(days.map(({ entries }) => ids(entries))).toEqual([['c'], ['b', 'a']]);
});
