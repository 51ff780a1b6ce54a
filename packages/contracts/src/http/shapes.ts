import { z } from 'zod';

/** Keyset page: pass `next` back as `cursor`; null at the end. `count` comes with the first page. */
export const page = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    next: z.string().nullable(),
    count: z.object({ value: z.number().int(), exact: z.boolean() }).optional(),
  });

export const PageInput = z.object({
  cursor: z.string().max(2_000).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

/** Instant in UTC as ISO 8601 with milliseconds. */
export const Instant = z.iso.datetime();
