/** When a day of this browser's zone begins; undefined where the text is no date such as 2026-01-31. */
export function beginOfDay(text: string | undefined): Date | undefined {
  if (text === undefined || !/^\d{4}-\d\d-\d\d$/.test(text)) return undefined;
  const day = new Date(`${text}T00:00`);
  return Number.isNaN(day.getTime()) ? undefined : day;
}

/** When it ends, which is when the next one begins: a day can have 23 hours or 25. */
export function endOfDay(text: string | undefined): Date | undefined {
  const day = beginOfDay(text);
  day?.setDate(day.getDate() + 1);
  return day;
}
