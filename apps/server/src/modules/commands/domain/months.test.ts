import { expect, test } from 'bun:test';
import { firstIdAt, monthOf } from './months.ts';

test('an id lies behind the first one of its millisecond and before that of the next', () => {
  const at = new Date('2026-11-21T12:00:00.123Z');
  for (let turn = 0; turn < 100; turn++) {
    const id = Bun.randomUUIDv7('hex', at.getTime());
    expect(id > firstIdAt(at)).toBe(true);
    expect(id < firstIdAt(new Date(at.getTime() + 1))).toBe(true);
  }
});

test('a month goes from its first moment to that of the next, over the end of a year as well', () => {
  expect(monthOf(new Date('2026-12-31T23:59:59.999Z'))).toEqual({
    starts: new Date('2026-12-01T00:00:00Z'),
    ends: new Date('2027-01-01T00:00:00Z'),
  });
});
