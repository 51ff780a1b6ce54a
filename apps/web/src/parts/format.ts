const BINARY_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;
const BIT_UNITS = ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s', 'Tbit/s'] as const;

/** At most three digits that say something: 1.25, 12.5, 125. */
function threeDigits(value: number): string {
  return value.toFixed(value >= 100 || Number.isInteger(value) ? 0 : value >= 10 ? 1 : 2);
}

function scaled(value: number, step: number, units: readonly string[]): string {
  let size = value;
  let unit = 0;
  while (Math.abs(size) >= step && unit < units.length - 1) {
    size /= step;
    unit += 1;
  }
  return `${threeDigits(size)} ${units[unit]}`;
}

/** Bytes in binary units. */
export function formatBytes(bytes: number): string {
  return scaled(bytes, 1024, BINARY_UNITS);
}

/** Bits a second in decimal units, as networks are sold. */
export function formatBits(bitsPerSecond: number): string {
  return scaled(bitsPerSecond, 1000, BIT_UNITS);
}

/** A share of 100. */
export function formatPercent(percent: number): string {
  return `${percent >= 10 || percent === 0 ? Math.round(percent) : percent.toFixed(1)} %`;
}

const UNIT_FORMATS: Readonly<Record<string, (value: number) => string>> = {
  percent: formatPercent,
  bytes: formatBytes,
  'bytes/s': (value) => `${formatBytes(value)}/s`,
  'bits/s': formatBits,
  celsius: (value) => `${threeDigits(value)} °C`,
  rpm: (value) => `${Math.round(value)} rpm`,
  volt: (value) => `${threeDigits(value)} V`,
};

/** A value in the unit that the metric catalogue gives it. */
export function formatValue(value: number, unit: string): string {
  return UNIT_FORMATS[unit]?.(value) ?? threeDigits(value);
}

const SPANS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/** A duration in its two largest units: 3 d 4 h. */
export function formatDuration(milliseconds: number): string {
  let rest = Math.max(0, Math.round(milliseconds / 1000));
  const parts: string[] = [];
  for (const [unit, seconds] of SPANS) {
    const count = Math.floor(rest / seconds);
    if (count === 0 && (parts.length > 0 || unit !== 's')) {
      if (parts.length > 0) break;
      continue;
    }
    parts.push(`${count} ${unit}`);
    rest -= count * seconds;
    if (parts.length === 2) break;
  }
  return parts.join(' ');
}

/** How long ago, or how soon, in one unit: 12 s ago, in 3 h. */
export function formatRelative(at: number, now: number): string {
  const seconds = Math.round((now - at) / 1000);
  const size = Math.abs(seconds);
  if (size < 1) return 'now';
  const [unit, length] = SPANS.find(([, one]) => size >= one) ?? ['s', 1];
  const text = `${Math.floor(size / length)} ${unit}`;
  return seconds >= 0 ? `${text} ago` : `in ${text}`;
}

const ABSOLUTE = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'medium',
  timeStyle: 'medium',
});

const MOMENT = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** Day and time of day in this browser's time, to the second. */
export function formatMoment(at: number): string {
  return MOMENT.format(at);
}

const STRETCH = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

/** From when to when, in this browser's time; what both have in common is said once. */
export function formatStretch(from: number, to: number): string {
  return STRETCH.formatRange(from, to);
}

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The moment in this browser's time, and whose zone that is. */
export function formatAbsolute(at: number): string {
  return `${ABSOLUTE.format(at)} (${ZONE}, this browser)`;
}
