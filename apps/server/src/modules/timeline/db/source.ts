import type { DeviceId } from '@muster/contracts';
import { type SQL, sql } from 'drizzle-orm';
import { boundOf, type IdRange, type Place } from '../domain/place.ts';

/** What each source is asked for: the newest entries of a device behind a place. */
export type SourcePage = {
  readonly deviceId: DeviceId;
  readonly since?: string | undefined;
  readonly behind: Place;
  readonly limit: number;
};

/** Columns of one source by which its rows are ordered, and its place among the sources. */
export type Order = {
  readonly at: SQL;
  readonly id: SQL;
  readonly type: SQL;
  readonly rank: number;
  readonly ids: IdRange;
};

/** Microseconds since the epoch, exact. */
export function microseconds(at: SQL): SQL {
  return sql`(extract(epoch from ${at}) * 1000000)::bigint::float8`;
}

/** The instant of so many microseconds, exact. */
export function instantOf(atUs: number): SQL {
  return sql`(timestamptz 'epoch' + ${String(atUs)}::bigint * interval '1 microsecond')`;
}

/** Condition on the rows of a source that lie behind the place and are not older than asked for. */
export function within({ since, behind }: SourcePage, { at, id, type, rank, ids }: Order): SQL {
  const bound = boundOf(behind, rank, ids);
  return sql`(${at}, ${id}) < (${instantOf(bound.atUs)}, ${bound.id}::${type})
    and ${at} >= ${since ?? '-infinity'}::timestamptz`;
}
