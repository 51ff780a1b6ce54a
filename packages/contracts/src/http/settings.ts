import { z } from 'zod';
import { SettingKey, SettingKind } from '../settings/index.ts';
import { demands } from './base.ts';
import { Instant } from './shapes.ts';

/** A setting as it stands, with what a form needs. */
export const SettingState = z.object({
  key: SettingKey,
  group: z.string(),
  title: z.string(),
  describe: z.string(),
  kind: SettingKind,
  value: z.unknown(),
  byDefault: z.unknown(),
  /** Null while the default holds. */
  changedAt: Instant.nullable(),
  changedBy: z.string().nullable(),
  etag: z.string(),
});
export type SettingState = z.infer<typeof SettingState>;

export const settings = {
  list: demands('system:read')
    .route({ method: 'GET', path: '/settings', summary: 'List the settings of this server' })
    .output(z.object({ items: z.array(SettingState) })),
  update: demands('system:manage')
    .route({ method: 'PATCH', path: '/settings/{key}', summary: 'Change a setting' })
    .input(z.object({ key: SettingKey, value: z.unknown() }))
    .output(SettingState),
  reset: demands('system:manage')
    .route({ method: 'DELETE', path: '/settings/{key}', summary: 'Let the default of a setting hold again' })
    .input(z.object({ key: SettingKey }))
    .output(SettingState),
};
