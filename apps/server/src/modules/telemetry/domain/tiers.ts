/**
 * Where telemetry lives, finest first. Retention is declared here and carried out by dropping whole partitions.
 * `bucket` is minutes a row; `partition` is minutes a partition; `keepDays` how long rows are kept (design: minutes 7
 * days, 5-minute 30 days, hours a year).
 */
export type Tier = {
  readonly name: 'minutes' | '5m' | '1h';
  readonly table: string;
  readonly bucket: number;
  readonly partition: number;
  readonly keepDays: number;
};

const DAY = 1_440;

export const TIERS = [
  { name: 'minutes', table: 'telemetry_minutes', bucket: 1, partition: DAY, keepDays: 7 },
  { name: '5m', table: 'telemetry_5m', bucket: 5, partition: 7 * DAY, keepDays: 30 },
  { name: '1h', table: 'telemetry_1h', bucket: 60, partition: 30 * DAY, keepDays: 365 },
] as const satisfies readonly Tier[];

/** Points a chart gets at most when it names no resolution. */
const MAX_POINTS = 600;
/** Minutes from the future that are still believed: the agent's clock follows ours, not exactly. */
const FUTURE_LIMIT_MINUTES = 2;

/** Whether a minute may still be stored: not older than the finest tier keeps, not from the future. */
export function isAcceptable(minute: number, nowMs: number): boolean {
  const now = Math.floor(nowMs / 60_000);
  return minute > now - TIERS[0].keepDays * DAY && minute <= now + FUTURE_LIMIT_MINUTES;
}

/**
 * Tier and seconds a point for a window. The hot ring serves windows that lie within its five minutes at less than a
 * minute a point; else the coarsest tier that is at least as fine as the resolution and still holds the window's start.
 */
export function chooseSource(
  window: { fromMs: number; toMs: number; resolutionS: number | undefined },
  nowMs: number,
  hotMs: number,
): { source: 'hot' | Tier['name']; resolutionS: number } {
  const spanS = Math.max(1, (window.toMs - window.fromMs) / 1000);
  const wanted = window.resolutionS ?? Math.ceil(spanS / MAX_POINTS);
  if (wanted < 60 && window.fromMs >= nowMs - hotMs - 15_000) return { source: 'hot', resolutionS: wanted };
  const kept = TIERS.filter(
    (tier) => window.fromMs >= nowMs - tier.keepDays * 86_400_000 || tier.name === '1h',
  );
  const fine = kept.filter((tier) => tier.bucket * 60 <= wanted).at(-1) ?? kept[0] ?? TIERS[0];
  const step = fine.bucket * 60;
  return { source: fine.name, resolutionS: Math.max(step, Math.ceil(wanted / step) * step) };
}
