import { type DeviceId, DeviceSort, MusterError } from '@muster/contracts';
import { z } from 'zod';

/** Where a page ended: the sort key of its last row, as PostgreSQL writes it, and the row's id. */
export type Cursor = { readonly sort: DeviceSort; readonly key: string | null; readonly id: DeviceId };

const Written = z.tuple([DeviceSort, z.string().nullable(), z.uuid()]);

/** The cursor as clients carry it; opaque to them. */
export function writeCursor({ sort, key, id }: Cursor): string {
  return Buffer.from(JSON.stringify([sort, key, id])).toString('base64url');
}

/** Reads a cursor back; throws invalid_input for one that was not written here, or for another order. */
export function readCursor(text: string, sort: DeviceSort): Cursor {
  const read = Written.safeParse(parseJson(Buffer.from(text, 'base64url').toString()));
  if (read.success && read.data[0] === sort) {
    return { sort, key: read.data[1], id: read.data[2] as DeviceId };
  }
  throw new MusterError(
    'invalid_input',
    'The cursor does not belong to this list; start from the first page.',
    {
      field: 'cursor',
    },
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
