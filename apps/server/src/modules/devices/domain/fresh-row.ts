import type { DeviceId, DeviceRow } from '@muster/contracts';

/** Values of this moment, from memory; undefined where nothing was heard lately. */
export type LatestNow = (deviceId: DeviceId) => NonNullable<DeviceRow['latest']> | undefined;

/** The row with what memory knows now, where that is newer than the closed minute it was filtered and sorted by. */
export function freshRow<Row extends DeviceRow>(row: Row, latestNow: LatestNow | undefined): Row {
  const now = row.presence === 'online' ? latestNow?.(row.id) : undefined;
  return now && (row.latest === null || row.latest.at < now.at) ? { ...row, latest: now } : row;
}
