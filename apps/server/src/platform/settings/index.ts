import { sql } from 'drizzle-orm';
import type { z } from 'zod';
import type { Database } from '../db/index.ts';

/** What the server remembers about itself between starts. */
export interface Settings {
  /** The value as `schema` reads it; undefined when nothing, or something else, is kept. */
  read<T>(key: string, schema: z.ZodType<T>): Promise<T | undefined>;
  write(key: string, value: unknown): Promise<void>;
}

/** Settings in the table of that name, as JSON. */
export function createSettings(database: Database): Settings {
  return {
    read: (key, schema) =>
      database.installation(async (tx) => {
        const { rows } = await tx.execute<{ value: unknown }>(
          sql`select value from settings where key = ${key}`,
        );
        return schema.safeParse(rows[0]?.value).data;
      }),
    write: (key, value) =>
      database.installation(async (tx) => {
        await tx.execute(sql`
          insert into settings (key, value) values (${key}, ${JSON.stringify(value)}::jsonb)
          on conflict (key) do update set value = excluded.value`);
      }),
  };
}
