import { z } from 'zod';
import { DeviceId } from '../ids/index.ts';
import type { Permission } from '../permissions/index.ts';
import { demands } from './base.ts';
import { Instant, PageInput, page } from './shapes.ts';

/** What the timeline of a device tells of; whoever lacks the permission of a kind gets the others. */
export const TIMELINE_KINDS = {
  state: {
    title: 'State',
    describe: 'Online, unresponsive, offline, each with its reason.',
    permission: 'devices:read',
  },
  identity: {
    title: 'Identity',
    describe: 'Enrolled, given a new key, a token that was not its own, gone for good.',
    permission: 'devices:read',
  },
  record: {
    title: 'Record',
    describe: 'Facts, name, tags, site or lifecycle of the device changed.',
    permission: 'devices:read',
  },
  inventory: {
    title: 'Inventory',
    describe: 'What came to the machine, went and changed.',
    permission: 'devices:read',
  },
  command: {
    title: 'Commands',
    describe: 'What was asked of the device, by whom, why, and how it ended.',
    permission: 'commands:read',
  },
  group: {
    title: 'Groups',
    describe: 'The device entered or left a smart group.',
    permission: 'groups:read',
  },
  policy: {
    title: 'Policy',
    describe: 'Something else holds for the device.',
    permission: 'policies:read',
  },
  audit: {
    title: 'Audit',
    describe: 'What people and keys did to the device, and what they were refused.',
    permission: 'audit:read',
  },
} as const satisfies Record<string, { title: string; describe: string; permission: Permission }>;

export type TimelineKind = keyof typeof TIMELINE_KINDS;
export const TimelineKind = z.enum(Object.keys(TIMELINE_KINDS) as [TimelineKind, ...TimelineKind[]]);

/** One thing that happened to a device. */
export const TimelineEntry = z.object({
  /** Where it is stored, and its id there: `event:…`, `command:…`, `change:…`, `audit:…`. */
  id: z.string(),
  at: Instant,
  kind: TimelineKind,
  title: z.string(),
  /** Empty where the title says it all. */
  detail: z.string(),
  /** Whether it is good news; null for what is neither. */
  tone: z.enum(['good', 'warning', 'bad']).nullable(),
  /** Who did it; null where the machine or the server did. */
  actor: z.string().nullable(),
  /** The page of the console that says more, as a path. */
  link: z.string().nullable(),
});
export type TimelineEntry = z.infer<typeof TimelineEntry>;

const Kinds = z
  .string()
  .max(200)
  .transform((text) => text.split(',').filter((word) => word !== ''))
  .pipe(z.array(TimelineKind))
  .describe('Names of kinds with commas between them; all of them when left out.');

export const timeline = {
  ofDevice: demands('devices:read')
    .route({
      method: 'GET',
      path: '/devices/{deviceId}/timeline',
      summary: 'Everything that happened to a device, newest first',
      description:
        'Kinds that you may not see are named in `hidden`. A search looks through a few thousand entries a request: a page may then hold less than was asked for, and `next` goes on.',
    })
    .input(
      PageInput.extend({
        deviceId: DeviceId,
        kinds: Kinds.optional(),
        /** Not before, and before. */
        since: Instant.optional(),
        until: Instant.optional(),
        /** Words that title, detail or actor contain, each of them. */
        search: z.string().trim().max(200).default(''),
      }),
    )
    .output(
      page(TimelineEntry)
        .omit({ count: true })
        .extend({
          hidden: z.array(z.object({ kind: TimelineKind, permission: z.string() })),
          /** How far back a search has looked, where it has not come to the end and the page is not full. */
          searchedTo: Instant.nullable(),
        }),
    ),
};
