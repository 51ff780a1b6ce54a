import { EXIT, Failure } from './failure.ts';

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds of a time such as 30s, 10m, 24h or 7d, as `option` took it; at most `mostDays`. */
export function parseDuration(text: string, option: string, mostDays: number): number {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  const ms = Number(count) * UNITS[unit as keyof typeof UNITS];
  if (ms > 0 && ms <= mostDays * UNITS.d) return ms;
  throw new Failure(
    EXIT.usage,
    `${option} takes a time such as 30m, 24h or 7d, at most ${mostDays}d, not “${text}”.`,
  );
}
