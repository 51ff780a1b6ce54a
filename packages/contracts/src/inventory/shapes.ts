import { z } from 'zod';

/** What a machine says of itself is clipped to these lengths before it is kept. */
export const text = z.string().max(500);
export const word = z.string().max(100);
export const bytes = z.number().int().nonnegative();
export const count = z.number().int().nonnegative();
/** As the machine wrote it, in UTC; a date alone is its first moment. */
export const at = z.iso.datetime();
