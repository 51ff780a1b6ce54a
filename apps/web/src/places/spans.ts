import { readDuration } from '@muster/query';

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

/** A span of milliseconds to the last of them, as `readSpan` takes it: 1 d 30 min. */
export function spellSpan(milliseconds: number): string {
  const parts: string[] = [];
  let rest = milliseconds;
  for (const [unit, length] of UNITS) {
    const count = Math.floor(rest / length);
    if (count > 0) parts.push(`${count} ${unit}`);
    rest -= count * length;
  }
  return parts.join(' ') || '0 s';
}

/** The milliseconds of what somebody typed, such as `90 s`, `2 min` or `1d12h`; undefined where it is no span. */
export function readSpan(text: string): number | undefined {
  return readDuration(text.replaceAll(/\s+/g, '').replaceAll(/min/gi, 'm'));
}
