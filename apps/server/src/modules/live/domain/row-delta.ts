import type { DeviceRow } from '@muster/contracts';

/** A row with only what changed, and its id. */
export type RowDelta = Partial<DeviceRow> & Pick<DeviceRow, 'id'>;

/**
 * What is different in `after`; undefined when nothing is. The last contact of an online device is always now and counts
 * as a change only together with another.
 */
export function rowDelta(before: DeviceRow, after: DeviceRow): RowDelta | undefined {
  const fields = (Object.keys(after) as (keyof DeviceRow)[]).filter(
    (field) => !Bun.deepEquals(before[field], after[field]),
  );
  const isOnlyContact = fields.every((field) => field === 'lastSeenAt');
  if (fields.length === 0 || (isOnlyContact && after.presence === 'online')) return undefined;
  return Object.assign({ id: after.id }, ...fields.map((field) => ({ [field]: after[field] })));
}
