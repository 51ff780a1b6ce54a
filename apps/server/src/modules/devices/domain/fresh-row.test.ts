import { expect, test } from 'bun:test';
import type { DeviceId, DeviceRow } from '@muster/contracts';
import { freshRow } from './fresh-row.ts';

const values = (at: string, cpuPercent: number) => ({
  at,
  cpuPercent,
  memoryPercent: null,
  diskPercent: null,
  networkBitsPerSecond: null,
});
const aRow = (row: Partial<DeviceRow>): DeviceRow =>
  ({ id: 'd' as DeviceId, presence: 'online', latest: null, ...row }) as DeviceRow;
const NOW = values('2026-11-21T12:00:40.000Z', 42);

test('UI-10: a row shows what memory knows now, before its first minute is closed and after', () => {
  const minute = values('2026-11-21T12:00:00.000Z', 1);

  expect(freshRow(aRow({}), () => NOW).latest).toEqual(NOW);
  expect(freshRow(aRow({ latest: minute }), () => NOW).latest).toEqual(NOW);
});

test('a closed minute newer than memory stays, and a device that is not online shows no moment', () => {
  const newer = values('2026-11-21T12:01:00.000Z', 7);

  expect(freshRow(aRow({ latest: newer }), () => NOW).latest).toEqual(newer);
  expect(freshRow(aRow({ presence: 'offline' }), () => NOW).latest).toBeNull();
  expect(freshRow(aRow({}), undefined).latest).toBeNull();
});
