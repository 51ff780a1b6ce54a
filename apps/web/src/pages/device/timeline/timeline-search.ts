import type { TimelineKind } from '@muster/contracts';
import { beginOfDay, endOfDay } from '../day.ts';

/** Kinds of entries, as they are called on the screen. */
export const KIND_WORDS: Readonly<Record<TimelineKind, string>> = {
  state: 'State',
  identity: 'Identity',
  record: 'Record',
  inventory: 'Inventory',
  command: 'Commands',
  group: 'Groups',
  policy: 'Policy',
  audit: 'Audit',
};

/** Which kinds, with commas between them, which words, and from which day to which; kept in the URL. */
export type TimelineSearch = {
  kinds?: string | undefined;
  search?: string | undefined;
  since?: string | undefined;
  until?: string | undefined;
};

export function readTimelineSearch(from: Readonly<Record<string, unknown>>): TimelineSearch {
  const { kinds, search, since, until } = from;
  const known = typeof kinds === 'string' ? writeKinds(kindsOf(kinds)) : undefined;
  const isText = (typeof search === 'string' && search !== '') || typeof search === 'number';
  return {
    ...(known ? { kinds: known } : {}),
    ...(isText ? { search: String(search).slice(0, 200) } : {}),
    ...(isDay(since) ? { since } : {}),
    ...(isDay(until) ? { until } : {}),
  };
}

const isDay = (text: unknown): text is string => typeof text === 'string' && beginOfDay(text) !== undefined;

/** What the server is asked for: both days count whole, as this browser's zone has them. */
export function askedOf({ kinds, search, since, until }: TimelineSearch) {
  return {
    kinds,
    search,
    since: beginOfDay(since)?.toISOString(),
    until: endOfDay(until)?.toISOString(),
  };
}

/** The kinds that the text names; none means all of them. */
export function kindsOf(text: string | undefined): readonly TimelineKind[] {
  const words = new Set(text?.split(','));
  return (Object.keys(KIND_WORDS) as TimelineKind[]).filter((kind) => words.has(kind));
}

/** The text for kinds, always in the same order; undefined for all of them. */
export function writeKinds(kinds: readonly TimelineKind[]): string | undefined {
  return kinds.length === 0 ? undefined : kindsOf(kinds.join(',')).join(',');
}
