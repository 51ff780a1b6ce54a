const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const LONGEST_MS = 365_000 * 86_400_000;

/** Reads `3d`, `12h`, `1d12h`, `0.5h` as milliseconds; nothing where it is no duration or above 1,000 years. */
export function readDuration(text: string): number | undefined {
  if (!/^(\d{1,15}(\.\d{1,6})?(ms|[smhdw]))+$/i.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdw])/gi)) {
    total += Number(amount) * (UNIT_MS[(unit ?? '').toLowerCase()] ?? Number.NaN);
  }
  return total <= LONGEST_MS ? Math.round(total) : undefined;
}
