import { SETTINGS, type SettingKey, type SettingValue } from '@muster/contracts/settings';
import { sql } from 'drizzle-orm';
import type { z } from 'zod';
import type { Database, Tx } from '../db/index.ts';

/** What the server remembers about itself between starts. */
export interface Settings {
  /** A setting of the catalogue as it stands at this moment. */
  value<K extends SettingKey>(key: K): Promise<SettingValue<K>>;
  /** Something remembered that is no setting; undefined when nothing, or something else, is kept. */
  read<T>(key: string, schema: z.ZodType<T>): Promise<T | undefined>;
  write(key: string, value: unknown): Promise<void>;
}

/** The same, for a step that has a transaction already. A value that no longer fits its schema counts as the default. */
export async function settingValue<K extends SettingKey>(tx: Tx, key: K): Promise<SettingValue<K>> {
  const { rows } = await tx.execute<{ value: unknown }>(sql`select value from settings where key = ${key}`);
  return fitted(key, rows[0]?.value);
}

/** `kept` where it fits the catalogue, else the default. */
export function fitted<K extends SettingKey>(key: K, kept: unknown): SettingValue<K> {
  const { schema, byDefault } = SETTINGS[key];
  return schema.safeParse(kept).data ?? byDefault;
}

/** Settings in the table of that name, as JSON. */
export function createSettings(database: Database): Settings {
  return {
    value: (key) => database.installation((tx) => settingValue(tx, key)),
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
