/** A month of the ledger, in UTC: a range of ids, from `starts` to before `ends`. */
export type Month = { readonly starts: Date; readonly ends: Date };

/** The month of a moment. */
export function monthOf(at: Date): Month {
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()];
  return { starts: new Date(Date.UTC(year, month)), ends: new Date(Date.UTC(year, month + 1)) };
}

/**
 * The lowest id of a moment. An id begins with the milliseconds since 1970 at which it was made (UUIDv7, RFC 9562), so
 * that ids compare as their times do; muster.first_id says the same in SQL.
 */
export function firstIdAt(at: Date): string {
  const hex = at.getTime().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
