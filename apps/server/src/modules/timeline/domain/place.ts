import { MusterError, type TimelineEntry } from '@muster/contracts';
import { z } from 'zod';

/**
 * A place in the stream, which is ordered downwards by time, source and id. Times are microseconds since the epoch, as
 * the database keeps them: two entries of one millisecond have an order, too.
 */
export type Place = { readonly atUs: number; readonly rank: number; readonly id: string };

/** An entry with its place. */
export type Placed = { readonly entry: TimelineEntry; readonly place: Place };

/** The ids of a source in their order: none is below `least` or above `most`. */
export type IdRange = { readonly least: string; readonly most: string };

export const UUIDS: IdRange = {
  least: '00000000-0000-0000-0000-000000000000',
  most: 'ffffffff-ffff-ffff-ffff-ffffffffffff',
};
export const NUMBERS: IdRange = { least: '0', most: '9223372036854775807' };

/** The year 2255; the largest whole number that JavaScript holds exactly lies just behind it. */
const LATEST_US = 9_000_000_000_000_000;

/** The place before everything that is older than a moment. */
export function placeBefore(until: string | undefined): Place {
  return { atUs: until === undefined ? LATEST_US : Date.parse(until) * 1_000, rank: -1, id: '' };
}

/** What (time, id) the rows of one source lie below, given a place among all sources. */
export function boundOf(
  place: Place,
  rank: number,
  ids: IdRange,
): { readonly atUs: number; readonly id: string } {
  if (rank === place.rank) return { atUs: place.atUs, id: place.id };
  return { atUs: place.atUs, id: rank < place.rank ? ids.most : ids.least };
}

/** Where the stream goes on, as text that clients pass back unread. */
export function writeCursor({ atUs, rank, id }: Place): string {
  return Buffer.from(JSON.stringify([atUs, rank, id])).toString('base64url');
}

const Written = z.tuple([z.number().int().min(0).max(LATEST_US), z.number().int().min(0).max(3), z.string()]);

/** Reads it back; throws invalid_input for what this server did not write. */
export function readCursor(text: string): Place {
  try {
    const [atUs, rank, id] = Written.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
    const isId = rank === RANKS.change ? /^\d{1,18}$/.test(id) : z.guid().safeParse(id).success;
    if (isId) return { atUs, rank, id };
  } catch {
    // Told below, as what is no place at all.
  }
  throw new MusterError('invalid_input', 'This cursor is none of ours; ask for the first page again.', {
    field: 'cursor',
  });
}

/** Which of two sources comes first of what happened in one microsecond; the highest is told first. */
export const RANKS = { change: 0, event: 1, command: 2, audit: 3 } as const;

/**
 * The newest entries of several sources, each in its order. Every source was asked for `limit` entries, so that whatever
 * one of them did not tell comes behind the page.
 */
export function mergeNewest(sources: readonly (readonly Placed[])[], limit: number): Placed[] {
  return sources
    .flat()
    .toSorted(({ place: one }, { place: other }) => other.atUs - one.atUs || other.rank - one.rank)
    .slice(0, limit);
}
