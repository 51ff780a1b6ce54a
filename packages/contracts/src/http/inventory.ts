import { z } from 'zod';
import { DeviceId } from '../ids/index.ts';
import { Ecosystem, InventoryCategory } from '../inventory/index.ts';
import { demands } from './base.ts';
import { Instant, PageInput, page } from './shapes.ts';

/** How old a category of a device is. */
export const InventoryState = z.object({
  category: InventoryCategory,
  title: z.string(),
  /** When the device looked, when it was stored, when anything last changed. */
  collectedAt: Instant,
  receivedAt: Instant,
  changedAt: Instant,
  items: z.number().int(),
  /** False while the first sending is under way. */
  whole: z.boolean(),
  /** What could not be collected or was left out; empty: nothing. */
  note: z.string(),
});
export type InventoryState = z.infer<typeof InventoryState>;

export const InventoryItem = z.object({
  kind: z.string(),
  key: z.string(),
  fields: z.record(z.string(), z.unknown()),
  /** When this server first heard of it. */
  since: Instant,
});
export type InventoryItem = z.infer<typeof InventoryItem>;

export const InstalledSoftware = z.object({
  titleId: z.number().int(),
  ecosystem: Ecosystem,
  name: z.string(),
  version: z.string(),
  arch: z.string(),
  publisher: z.string().nullable(),
  installedAt: Instant.nullable(),
  since: Instant,
  sizeBytes: z.number().nullable(),
});
export type InstalledSoftware = z.infer<typeof InstalledSoftware>;

const changed = {
  id: z.string(),
  at: Instant,
  change: z.enum(['added', 'removed', 'changed']),
  before: z.record(z.string(), z.unknown()).nullable(),
  after: z.record(z.string(), z.unknown()).nullable(),
};

export const InventoryChange = z.object({
  ...changed,
  category: InventoryCategory,
  kind: z.string(),
  key: z.string(),
  titleId: z.number().int().nullable(),
});
export type InventoryChange = z.infer<typeof InventoryChange>;

export const SoftwareTitle = z.object({
  id: z.number().int(),
  ecosystem: Ecosystem,
  name: z.string(),
  /** Devices that have it; not exact where it is above what is counted for a list. */
  devices: z.object({ value: z.number().int(), exact: z.boolean() }),
});
export type SoftwareTitle = z.infer<typeof SoftwareTitle>;

const TitleId = z.coerce.number().int().min(1).max(2_147_483_647);
const Search = z.string().trim().max(200).default('');

/** What a foreign node sends of itself (S4); the whole of each category named. */
export const InventoryPush = z.object({
  deviceId: DeviceId,
  categories: z
    .array(
      z.object({
        category: InventoryCategory,
        collectedAt: Instant,
        items: z
          .array(
            z.object({
              kind: z.string().max(100),
              key: z.string().min(1).max(600),
              fields: z.record(z.string(), z.unknown()),
            }),
          )
          .max(20_000),
        note: z.string().max(500).default(''),
      }),
    )
    .min(1)
    .max(20),
});

export const inventory = {
  states: demands('devices:read')
    .route({
      method: 'GET',
      path: '/devices/{deviceId}/inventory',
      summary: 'How old each category of a device is',
    })
    .input(z.object({ deviceId: DeviceId }))
    .output(z.object({ items: z.array(InventoryState) })),
  items: demands('devices:read')
    .route({
      method: 'GET',
      path: '/devices/{deviceId}/inventory/{category}',
      summary: 'What a category of a device consists of now',
      description: 'Software has a list of its own.',
    })
    .input(z.object({ deviceId: DeviceId, category: InventoryCategory.exclude(['software']) }))
    .output(z.object({ items: z.array(InventoryItem) })),
  software: demands('devices:read')
    .route({ method: 'GET', path: '/devices/{deviceId}/software', summary: 'What is installed on a device' })
    .input(PageInput.extend({ deviceId: DeviceId, search: Search }))
    .output(page(InstalledSoftware)),
  changes: demands('devices:read')
    .route({
      method: 'GET',
      path: '/devices/{deviceId}/changes',
      summary: 'What changed on a device, newest first',
    })
    .input(
      PageInput.extend({
        deviceId: DeviceId,
        category: InventoryCategory.optional(),
        since: Instant.optional(),
      }),
    )
    .output(page(InventoryChange)),
  push: demands('devices:check-in')
    .meta({ cleansText: true })
    .route({
      method: 'POST',
      path: '/inventory',
      summary: 'Report the inventory of a foreign node',
      description: 'With an API key; one that is bound to a device reports for that device alone.',
    })
    .input(InventoryPush)
    .output(
      z.object({
        items: z.array(
          z.object({
            category: InventoryCategory,
            note: z.string(),
            refused: z.string(),
          }),
        ),
      }),
    ),
  titles: demands('devices:read')
    .route({ method: 'GET', path: '/software', summary: 'What is installed across the fleet' })
    .input(PageInput.extend({ search: Search, ecosystem: Ecosystem.optional() }))
    .output(page(SoftwareTitle)),
  versions: demands('devices:read')
    .route({
      method: 'GET',
      path: '/software/{titleId}',
      summary: 'Versions of a title, with how many devices have each',
      description: 'The devices themselves: the devices list with the query given.',
    })
    .input(z.object({ titleId: TitleId }))
    .output(
      z.object({
        id: z.number().int(),
        ecosystem: Ecosystem,
        name: z.string(),
        versions: z.array(
          z.object({
            version: z.string(),
            devices: z.number().int(),
            firstSince: Instant,
            query: z.string(),
          }),
        ),
      }),
    ),
  arrivals: demands('devices:read')
    .route({
      method: 'GET',
      path: '/software/{titleId}/changes',
      summary: 'When a title came, changed and went, across the fleet',
    })
    .input(PageInput.extend({ titleId: TitleId }))
    .output(page(z.object({ ...changed, deviceId: DeviceId, deviceName: z.string() }))),
};
