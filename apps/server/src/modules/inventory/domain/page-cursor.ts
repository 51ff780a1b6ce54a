import { MusterError } from '@muster/contracts';
import type { z } from 'zod';

/** Where a page goes on, as text that clients pass back unread. */
function writeCursor(place: object): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** Reads it back; throws invalid_input for what this server did not write. */
export function readCursor<T>(text: string | undefined, schema: z.ZodType<T>): T | undefined {
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch {
    throw new MusterError('invalid_input', 'This cursor is none of ours; ask for the first page again.', {
      field: 'cursor',
    });
  }
}

/** Splits one row more than asked for into the page and the place behind it. */
export function pageOf<Row extends object>(
  rows: readonly Row[],
  limit: number,
  placeOf: (row: Row) => object,
): { readonly items: Row[]; readonly next: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: last && rows.length > limit ? writeCursor(placeOf(last)) : null };
}

/** Text as a folded pattern of LIKE that finds it anywhere. */
export function containingPattern(folded: string): string {
  return `%${folded.replace(/[\\%_]/g, '\\$&')}%`;
}
