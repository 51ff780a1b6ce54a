import type { TimelineEntry } from '@muster/contracts';

/** The entries of one day in this browser's zone, newest first. `day` is its date. */
export type Day = { readonly day: string; readonly entries: readonly TimelineEntry[] };

/** Entries that are in order, day by day. */
export function byDay(entries: readonly TimelineEntry[]): Day[] {
  const days: { day: string; entries: TimelineEntry[] }[] = [];
  for (const entry of entries) {
    const day = dayOf(Date.parse(entry.at));
    const last = days.at(-1);
    if (last?.day === day) last.entries.push(entry);
    else days.push({ day, entries: [entry] });
  }
  return days;
}

const DAY_MS = 86_400_000;
const WORDS = new Intl.DateTimeFormat(undefined, { dateStyle: 'full' });

/** A day in words: today, yesterday, or its date. */
export function dayText(day: string, now: number): string {
  if (day === dayOf(now)) return 'Today';
  if (day === dayOf(now - DAY_MS)) return 'Yesterday';
  return WORDS.format(new Date(`${day}T12:00`));
}

function dayOf(moment: number): string {
  const at = new Date(moment);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
