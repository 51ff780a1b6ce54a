import type { TimeSearch } from '../../../app/search.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The ranges on offer; `live` follows the device second by second. */
export const RANGES = [
  { value: 'live', label: '5 min live', lengthMs: 5 * MINUTE_MS, refreshMs: 0 },
  { value: '1h', label: '1 h', lengthMs: HOUR_MS, refreshMs: MINUTE_MS },
  { value: '24h', label: '24 h', lengthMs: DAY_MS, refreshMs: 5 * MINUTE_MS },
  { value: '7d', label: '7 d', lengthMs: 7 * DAY_MS, refreshMs: 10 * MINUTE_MS },
  { value: '30d', label: '30 d', lengthMs: 30 * DAY_MS, refreshMs: 30 * MINUTE_MS },
] as const;

/** A range as it is read: its moments, and how often they are read again (0 for never). */
export type TimeRange = {
  readonly key: string;
  readonly isLive: boolean;
  readonly refreshMs: number;
  readonly window: (nowMs: number) => { readonly fromMs: number; readonly toMs: number };
};

/** The range that a URL names; the live one where it names none. */
export function rangeOf({ range, from, to }: TimeSearch): TimeRange {
  if (range === 'custom' && from !== undefined && to !== undefined) {
    const window = { fromMs: Date.parse(from), toMs: Date.parse(to) };
    return { key: `${from}/${to}`, isLive: false, refreshMs: 0, window: () => window };
  }
  const named = RANGES.find(({ value }) => value === range) ?? RANGES[0];
  return {
    key: named.value,
    isLive: named.value === 'live',
    refreshMs: named.refreshMs,
    window: (nowMs) => ({ fromMs: nowMs - named.lengthMs, toMs: nowMs }),
  };
}
