import { z } from 'zod';
import { DeviceId, OrgId, SiteId } from '../ids/index.ts';
import { demands } from './base.ts';
import { Lifecycle, Presence, PresenceReason } from './presence.ts';
import { Instant, PageInput, page } from './shapes.ts';

/** One row of the devices list. Latest values are null when nothing fresh exists. */
export const DeviceRow = z.object({
  id: DeviceId,
  hostname: z.string(),
  displayName: z.string().nullable(),
  orgId: OrgId,
  siteId: SiteId,
  siteName: z.string(),
  os: z.enum(['linux', 'windows', 'darwin']),
  osName: z.string(),
  osVersion: z.string(),
  arch: z.string(),
  agentVersion: z.string(),
  serialNumber: z.string().nullable(),
  addresses: z.array(z.string()),
  tags: z.record(z.string(), z.string()),
  lifecycle: Lifecycle,
  presence: Presence,
  presenceReason: PresenceReason,
  presenceSince: Instant,
  lastSeenAt: Instant.nullable(),
  latest: z
    .object({
      at: Instant,
      cpuPercent: z.number().nullable(),
      memoryPercent: z.number().nullable(),
      diskPercent: z.number().nullable(),
      networkBitsPerSecond: z.number().nullable(),
    })
    .nullable(),
  createdAt: Instant,
});
export type DeviceRow = z.infer<typeof DeviceRow>;

export const NetworkInterface = z.object({
  name: z.string(),
  mac: z.string().nullable(),
  addresses: z.array(z.string()),
});

/** A device in full. `etag` goes back as If-Match on PATCH. */
export const Device = DeviceRow.extend({
  etag: z.string(),
  orgName: z.string(),
  fqdn: z.string().nullable(),
  osBuild: z.string().nullable(),
  kernel: z.string().nullable(),
  manufacturer: z.string().nullable(),
  model: z.string().nullable(),
  cpuModel: z.string().nullable(),
  cpuCores: z.number().int().nullable(),
  memoryTotalBytes: z.number().int().nullable(),
  bootedAt: Instant.nullable(),
  timezone: z.string().nullable(),
  virtualisation: z.string().nullable(),
  interfaces: z.array(NetworkInterface),
  policyLevel: z.enum(['observe', 'manage', 'control']),
  cloneOf: DeviceId.nullable(),
  agentHealth: z
    .object({
      residentBytes: z.number(),
      cpuPercent: z.number(),
      shedding: z.boolean(),
      minutesDropped: z.number(),
    })
    .nullable(),
  enrolledAt: Instant,
  updatedAt: Instant,
});
export type Device = z.infer<typeof Device>;

/** Sortable columns; a leading minus sorts downwards. */
export const DeviceSort = z.enum([
  'hostname',
  '-hostname',
  'presence',
  '-presence',
  'last_seen',
  '-last_seen',
  'created',
  '-created',
  'os',
  '-os',
  'agent_version',
  '-agent_version',
  'site',
  '-site',
  'cpu',
  '-cpu',
  'memory',
  '-memory',
  'disk',
  '-disk',
]);
export type DeviceSort = z.infer<typeof DeviceSort>;

export const TagKey = z
  .string()
  .regex(
    /^[a-z][a-z0-9_.-]{0,62}$/,
    'must begin with a lower-case letter and go on with such letters, digits, dots, dashes and underscores, 63 at most',
  );
export const TagValue = z.string().max(255);

/** How many devices have one value of something, and the query that lists them. */
export const CountedValue = z.object({ value: z.string(), count: z.number().int(), query: z.string() });
export type CountedValue = z.infer<typeof CountedValue>;

const counted = z.object({
  /** Most frequent first. */
  top: z.array(CountedValue),
  /** Devices whose value is none of these, or not known. */
  others: z.number().int(),
});

/** What the overview looks for; each is one query. */
export const FleetProblem = z.enum([
  'pending',
  'unresponsive',
  'away',
  'disk-full',
  'memory-full',
  'firewall-off',
  'antivirus-off',
  'stale-inventory',
  'suspended',
]);
export type FleetProblem = z.infer<typeof FleetProblem>;

const one = z.object({ deviceId: DeviceId });
const lifecycleChange = z.object({ deviceId: DeviceId, reason: z.string().max(500).optional() });

export const devices = {
  list: demands('devices:read')
    .route({ method: 'GET', path: '/devices', summary: 'List devices that match a query' })
    .input(
      PageInput.extend({ query: z.string().max(8_192).optional(), sort: DeviceSort.default('hostname') }),
    )
    .output(page(DeviceRow)),
  summary: demands('devices:read')
    .route({
      method: 'GET',
      path: '/devices/summary',
      summary: 'Count devices by presence, system and lifecycle',
    })
    .input(z.object({ query: z.string().max(8_192).optional() }))
    .output(
      z.object({
        total: z.number().int(),
        presence: z.record(Presence, z.number().int()),
        os: z.record(z.string(), z.number().int()),
        lifecycle: z.record(Lifecycle, z.number().int()),
      }),
    ),
  overview: demands('devices:read')
    .route({
      method: 'GET',
      path: '/devices/overview',
      summary: 'Count the fleet by state, system and version, and what is wrong with it',
      description:
        'Of active devices, but for those that wait for approval or are suspended. Each count has its query.',
    })
    .input(z.object({ query: z.string().max(8_192).optional() }))
    .output(
      z.object({
        total: z.number().int(),
        states: z.array(CountedValue),
        systems: counted,
        versions: counted,
        agents: counted,
        problems: z.array(z.object({ problem: FleetProblem, count: z.number().int(), query: z.string() })),
      }),
    ),
  fields: demands('devices:read')
    .route({
      method: 'GET',
      path: '/devices/query-fields',
      summary: 'List the fields a device query may use',
    })
    .output(
      z.object({
        fields: z.array(
          z.object({
            name: z.string(),
            kind: z.string(),
            describe: z.string(),
            operators: z.array(z.string()),
            values: z.array(z.string()).nullable(),
            sortable: z.boolean(),
            /** What stands between the name and the operator, as in `software "openssl" < 3.0`; null: nothing. */
            takes: z.enum(['instance', 'argument']).nullable(),
          }),
        ),
      }),
    ),
  explain: demands('devices:read')
    .route({
      method: 'POST',
      path: '/devices/query/explain',
      summary: 'Say how a device query is understood, and how many devices it means',
    })
    .input(z.object({ query: z.string().max(8_192) }))
    .output(
      z.object({
        /** The query in its one canonical form. */
        written: z.string(),
        /** In words, outermost first; what belongs to a line stands below it, one deeper. */
        lines: z.array(z.object({ depth: z.number().int(), text: z.string() })),
        /** The fields that it asks, and who can set them. */
        fields: z.array(
          z.object({
            name: z.string(),
            kind: z.string(),
            authority: z.enum(['server', 'operator', 'device']),
            describe: z.string(),
          }),
        ),
        /** Its answer can change by time alone. */
        movesByTime: z.boolean(),
        matching: z.object({ value: z.number().int(), exact: z.boolean() }),
      }),
    ),
  complete: demands('devices:read')
    .route({
      method: 'GET',
      path: '/devices/query-values',
      summary: 'Suggest values of a field from the fleet',
    })
    .input(z.object({ field: z.string().max(200), prefix: z.string().max(200).default('') }))
    .output(z.object({ values: z.array(z.object({ value: z.string(), count: z.number().int() })) })),
  get: demands('devices:read')
    .route({ method: 'GET', path: '/devices/{deviceId}', summary: 'Get one device' })
    .input(one)
    .output(Device),
  update: demands('devices:manage')
    .route({
      method: 'PATCH',
      path: '/devices/{deviceId}',
      summary: 'Rename, tag or move a device',
      description: 'Needs If-Match with the etag last read.',
    })
    .input(
      z.object({
        deviceId: DeviceId,
        displayName: z.string().max(255).nullable().optional(),
        tags: z.record(TagKey, TagValue).optional(),
        siteId: SiteId.optional(),
      }),
    )
    .output(Device),
  tag: demands('devices:manage')
    .route({
      method: 'POST',
      path: '/devices/tags',
      summary: 'Set and remove tags of many devices',
      description:
        'All of them, or none. Other tags stay; a tag that a group carries stays until its device leaves.',
    })
    .input(
      z.object({
        deviceIds: z.array(DeviceId).min(1).max(500),
        set: z.record(TagKey, TagValue).default({}),
        remove: z.array(TagKey).max(100).default([]),
      }),
    )
    .output(z.object({ changed: z.number().int() })),
  approve: demands('devices:approve')
    .route({ method: 'POST', path: '/devices/{deviceId}/approve', summary: 'Approve a pending device' })
    .input(one)
    .output(Device),
  suspend: demands('devices:manage')
    .route({
      method: 'POST',
      path: '/devices/{deviceId}/suspend',
      summary: 'Cut a device off until it is resumed',
    })
    .input(lifecycleChange)
    .output(Device),
  resume: demands('devices:manage')
    .route({ method: 'POST', path: '/devices/{deviceId}/resume', summary: 'Let a suspended device back in' })
    .input(one)
    .output(Device),
  revoke: demands('devices:manage')
    .route({
      method: 'POST',
      path: '/devices/{deviceId}/revoke',
      summary: 'Revoke a device: its key is worthless from now on',
    })
    .input(lifecycleChange)
    .output(Device),
  transfer: demands('devices:manage')
    .route({
      method: 'POST',
      path: '/devices/{deviceId}/transfer',
      summary: 'Give a device to another organisation',
      description:
        'Needs devices:manage on both sides. The machine keeps its key and goes on under its id; its history stays with the organisation that it leaves, in a retired record.',
    })
    .input(z.object({ deviceId: DeviceId, siteId: SiteId, reason: z.string().max(500).optional() }))
    .output(z.object({ device: Device, left: DeviceId })),
  retire: demands('devices:manage')
    .route({
      method: 'POST',
      path: '/devices/{deviceId}/retire',
      summary: 'Retire a device and keep its history',
    })
    .input(lifecycleChange)
    .output(Device),
};
