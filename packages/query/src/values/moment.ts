/** A stretch of time in milliseconds since 1970, its end excluded: a date is a day, `10:30` a minute. */
export type Moment = { readonly from: number; readonly to: number };

const WRITTEN =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?(Z|[+-]\d{2}:?\d{2})?)?$/i;

/** Reads an ISO 8601 date or time between the years 1900 and 2999; without a zone it is UTC. */
export function readMoment(text: string): Moment | undefined {
  const match = WRITTEN.exec(text);
  if (match === null) return undefined;
  const [, year = '', month = '', day = '', hour, minute, second, fraction, zone] = match;
  if (Number(year) < 1900 || Number(year) > 2999) return undefined;
  const at = Date.UTC(Number(year), Number(month) - 1, Number(day));
  if (new Date(at).toISOString().slice(0, 10) !== `${year}-${month}-${day}`) return undefined;
  if (hour === undefined) return { from: at, to: at + 86_400_000 };
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second ?? 0) > 59) return undefined;
  const clock = (Number(hour) * 60 + Number(minute)) * 60_000 + Number(second ?? 0) * 1000;
  const offset = readZone(zone);
  if (offset === undefined) return undefined;
  const from = at + clock + Number((fraction ?? '').padEnd(3, '0')) - offset;
  return { from, to: from + (fraction !== undefined ? 1 : second !== undefined ? 1000 : 60_000) };
}

function readZone(zone: string | undefined): number | undefined {
  if (zone === undefined || zone.toUpperCase() === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 14 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
