import type { TimelineEntry } from '@muster/contracts';

/** An entry is told of up to this much later than it happened. */
export const LATE_MS = 10_000;
/** How long a command that has not ended is looked at again. */
const OPEN_MS = 3_600_000;

/** From when on to ask again, so that nothing is missed since a look at `lookedAt` and commands are seen to end. */
export function askedSince(entries: readonly TimelineEntry[], lookedAt: number): string {
  const open = entries
    .filter(({ kind, tone }) => kind === 'command' && tone === null)
    .map(({ at }) => Date.parse(at))
    .filter((at) => at > lookedAt - OPEN_MS);
  return new Date(Math.min(lookedAt - LATE_MS, ...open)).toISOString();
}

/** What was read since, newest first, in front of what was there: an entry that came again is the newer of the two. */
export function takeIn(
  before: readonly TimelineEntry[],
  news: readonly TimelineEntry[],
): readonly TimelineEntry[] {
  const isNew = new Map(news.map((entry) => [entry.id, entry]));
  const oldest = news.at(-1);
  if (!oldest) return before;
  const untouched = before.filter(({ id }) => !isNew.has(id));
  const isLater = ({ at }: TimelineEntry) => at >= oldest.at;
  // Both are in order; only what lies within the span that was read again can mix.
  const mixed = [...news, ...untouched.filter(isLater)].toSorted((one, other) =>
    one.at === other.at ? 0 : one.at < other.at ? 1 : -1,
  );
  return [...mixed, ...untouched.filter((entry) => !isLater(entry))];
}
