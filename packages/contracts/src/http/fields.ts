import { z } from 'zod';
import { DeviceId, FieldId, GroupId, OrgId, SiteId } from '../ids/index.ts';
import { demands } from './base.ts';
import { TagKey, TagValue } from './devices.ts';
import { Instant } from './shapes.ts';

/** Where a value can stand: that of a device overrides the one of its site, and that the one of its organisation. */
export const FieldPlaceKind = z.enum(['organisation', 'site', 'device']);
export type FieldPlaceKind = z.infer<typeof FieldPlaceKind>;

/** What the values of a custom field are; decides how device queries compare them. */
export const CustomKind = z.enum([
  'text',
  'enum',
  'number',
  'percent',
  'bytes',
  'duration',
  'time',
  'boolean',
  'ip',
  'version',
]);
export type CustomKind = z.infer<typeof CustomKind>;

/**
 * A value by kind. text, enum, version, ip: text · time: an instant or a day, kept as an instant in UTC · number, percent
 * (0 to 100), bytes, duration (milliseconds): a number · boolean: true or false.
 */
export const CustomValue = z.union([z.string().max(2_000), z.number(), z.boolean()]);
export type CustomValue = z.infer<typeof CustomValue>;

export const CustomField = z.object({
  id: FieldId,
  orgId: OrgId,
  /** Asked for in device queries as `custom.<key>`. */
  key: z.string(),
  title: z.string(),
  description: z.string(),
  kind: CustomKind,
  /** kind enum: what can be chosen. */
  choices: z.array(z.string()),
  appliesTo: z.array(FieldPlaceKind),
  byDefault: CustomValue.nullable(),
  /** operator: whoever may change the place. administrator: whoever may define fields, too. */
  setBy: z.enum(['operator', 'administrator']),
  etag: z.string(),
});
export type CustomField = z.infer<typeof CustomField>;

/** A field as it holds for a place, with where its value comes from. */
export const FieldAtPlace = z.object({
  fieldId: FieldId,
  key: z.string(),
  title: z.string(),
  description: z.string(),
  kind: CustomKind,
  choices: z.array(z.string()),
  setBy: CustomField.shape.setBy,
  /** Whether a value can be set at this very place. */
  applies: z.boolean(),
  /** What holds; null where nobody said anything. */
  value: CustomValue.nullable(),
  origin: z
    .object({
      kind: z.enum([...FieldPlaceKind.options, 'default']),
      placeId: z.uuid(),
      placeName: z.string(),
    })
    .nullable(),
});
export type FieldAtPlace = z.infer<typeof FieldAtPlace>;

export const FieldsOfPlace = z.object({
  kind: FieldPlaceKind,
  placeId: z.uuid(),
  placeName: z.string(),
  orgId: OrgId,
  items: z.array(FieldAtPlace),
  /** Of what is set at this very place. */
  etag: z.string(),
});
export type FieldsOfPlace = z.infer<typeof FieldsOfPlace>;

/** null takes the value away; what is left out stays. */
const values = z.record(z.string().max(64), CustomValue.nullable());

const definition = {
  title: z.string().trim().min(1).max(200),
  description: z.string().max(1_000),
  choices: z.array(z.string().trim().min(1).max(200)).max(200),
  appliesTo: z.array(FieldPlaceKind).min(1).max(3),
  byDefault: CustomValue.nullable(),
  setBy: CustomField.shape.setBy,
};

export const fields = {
  list: demands('devices:read')
    .route({ method: 'GET', path: '/fields', summary: 'List the custom fields' })
    .input(z.object({ orgId: OrgId.optional() }))
    .output(z.object({ items: z.array(CustomField) })),
  create: demands('fields:manage')
    .route({ method: 'POST', path: '/fields', summary: 'Define a custom field', successStatus: 201 })
    .input(
      z.object({
        orgId: OrgId.optional(),
        key: z
          .string()
          .regex(
            /^[a-z][a-z0-9_]{0,39}$/,
            'must be lower case letters, digits and _, beginning with a letter',
          ),
        kind: CustomKind,
        ...definition,
        description: definition.description.default(''),
        choices: definition.choices.default([]),
        appliesTo: definition.appliesTo.default(['organisation', 'site', 'device']),
        byDefault: definition.byDefault.default(null),
        setBy: definition.setBy.default('operator'),
      }),
    )
    .output(CustomField),
  update: demands('fields:manage')
    .route({
      method: 'PATCH',
      path: '/fields/{fieldId}',
      summary: 'Change a custom field',
      description: 'Key and kind stay: another kind is another field.',
    })
    .input(
      z.object({
        fieldId: FieldId,
        title: definition.title.optional(),
        description: definition.description.optional(),
        choices: definition.choices.optional(),
        appliesTo: definition.appliesTo.optional(),
        byDefault: definition.byDefault.optional(),
        setBy: definition.setBy.optional(),
      }),
    )
    .output(CustomField),
  remove: demands('fields:manage')
    .route({
      method: 'DELETE',
      path: '/fields/{fieldId}',
      summary: 'Remove a custom field with all its values',
      description: 'Refused while the query of a smart group asks for it.',
      successStatus: 204,
    })
    .input(z.object({ fieldId: FieldId })),
  ofDevice: demands('devices:read')
    .route({ method: 'GET', path: '/devices/{deviceId}/fields', summary: 'The custom fields of a device' })
    .input(z.object({ deviceId: DeviceId }))
    .output(FieldsOfPlace),
  ofSite: demands('organisations:read')
    .route({ method: 'GET', path: '/sites/{siteId}/fields', summary: 'The custom fields of a site' })
    .input(z.object({ siteId: SiteId }))
    .output(FieldsOfPlace),
  ofOrganisation: demands('organisations:read')
    .route({
      method: 'GET',
      path: '/organisations/{orgId}/fields',
      summary: 'The custom fields of an organisation',
    })
    .input(z.object({ orgId: OrgId }))
    .output(FieldsOfPlace),
  setOfDevice: demands('devices:manage')
    .route({
      method: 'PATCH',
      path: '/devices/{deviceId}/fields',
      summary: 'Set custom fields of a device',
      description: 'Needs If-Match. null takes a value away; the device then has that of its site.',
    })
    .input(z.object({ deviceId: DeviceId, values }))
    .output(FieldsOfPlace),
  setOfSite: demands('organisations:manage')
    .route({
      method: 'PATCH',
      path: '/sites/{siteId}/fields',
      summary: 'Set custom fields of a site',
      description: 'Needs If-Match. Holds for every device of the site that has no value of its own.',
    })
    .input(z.object({ siteId: SiteId, values }))
    .output(FieldsOfPlace),
  setOfOrganisation: demands('organisations:manage')
    .route({
      method: 'PATCH',
      path: '/organisations/{orgId}/fields',
      summary: 'Set custom fields of an organisation',
      description: 'Needs If-Match. Holds wherever neither the device nor its site says otherwise.',
    })
    .input(z.object({ orgId: OrgId, values }))
    .output(FieldsOfPlace),
};

const TaggingGroup = z.object({ groupId: GroupId, groupName: z.string() });

/** A tag of a device: set by hand (or at install, or through the API), or carried by a smart group that it is in. */
export const DeviceTag = z.object({
  key: z.string(),
  value: z.string(),
  origin: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('hand') }),
    TaggingGroup.extend({ kind: z.literal('group') }),
  ]),
  /** What groups would say were it not for this one. */
  overrode: z.array(TaggingGroup.extend({ value: z.string() })),
});
export type DeviceTag = z.infer<typeof DeviceTag>;

/** How far the last change of a group's tags, or of its priority, has come with its members. */
export const GroupTagChange = z.object({
  askedAt: Instant,
  /** What the group carried before: saying so again takes an unfinished change back. Null where its priority changed. */
  before: z.record(z.string(), z.string()).nullable(),
  /** Members to look at. */
  devices: z.number().int(),
  looked: z.number().int(),
  /** Those of them that have other tags now. */
  changed: z.number().int(),
  /** Null while members are still looked at. */
  finishedAt: Instant.nullable(),
});

export const GroupTags = z.object({
  groupId: GroupId,
  tags: z.record(z.string(), z.string()),
  /** Null where nobody has changed anything yet. */
  change: GroupTagChange.nullable(),
  /** That of the group. */
  etag: z.string(),
});
export type GroupTags = z.infer<typeof GroupTags>;

export const tags = {
  ofDevice: demands('devices:read')
    .route({
      method: 'GET',
      path: '/devices/{deviceId}/tags',
      summary: 'The tags of a device, and where each comes from',
    })
    .input(z.object({ deviceId: DeviceId }))
    .output(z.object({ items: z.array(DeviceTag) })),
  ofGroup: demands('groups:read')
    .route({ method: 'GET', path: '/groups/{groupId}/tags', summary: 'The tags that a smart group carries' })
    .input(z.object({ groupId: GroupId }))
    .output(GroupTags),
  setOfGroup: demands('groups:manage')
    .route({
      method: 'PUT',
      path: '/groups/{groupId}/tags',
      summary: 'Say which tags the members of a smart group get and lose with it',
      description:
        'Needs If-Match. Refused for a tag on which the group itself stands. Up to 500 members have the tags when this answers; more get them page by page, and `change` says how far that is.',
    })
    .input(z.object({ groupId: GroupId, tags: z.record(TagKey, TagValue) }))
    .output(GroupTags),
};
