import { z } from 'zod';
import { DeviceId, OrgId } from '../ids/index.ts';
import { AUTHORITIES, PolicyField, PolicyValues } from '../policies/index.ts';
import { demands, open } from './base.ts';

/** Where a policy stands, from the one that every other overrides down to the device itself. */
export const PolicyPlaceKind = z.enum(['organisation', 'site', 'group', 'device']);
export type PolicyPlaceKind = z.infer<typeof PolicyPlaceKind>;

export const Policy = z.object({
  orgId: OrgId,
  kind: PolicyPlaceKind,
  /** Id of the organisation, site, group or device. */
  placeId: z.uuid(),
  placeName: z.string(),
  /** Of a group: of several the highest has the last word. */
  priority: z.number().int().nullable(),
  fields: PolicyValues,
  etag: z.string(),
});
export type Policy = z.infer<typeof Policy>;

/** What said a value: a policy, or the default of the field. */
export const PolicyOrigin = z.object({
  kind: z.enum(['default', ...PolicyPlaceKind.options]),
  placeId: z.uuid().nullable(),
  placeName: z.string(),
  priority: z.number().int().nullable(),
});
export type PolicyOrigin = z.infer<typeof PolicyOrigin>;

/** One field as it holds for a device, and what it overrode, the nearest first. */
export const EffectiveField = z.object({
  field: PolicyField,
  title: z.string(),
  unit: z.enum(['seconds']),
  value: z.number(),
  origin: PolicyOrigin,
  overrode: z.array(z.object({ value: z.number(), origin: PolicyOrigin })),
});
export type EffectiveField = z.infer<typeof EffectiveField>;

const FieldChange = z.object({ field: PolicyField, before: z.number(), after: z.number() });

export const PolicyPreview = z.object({
  /** Devices for which at least one field would be another. */
  devices: z.number().int(),
  /** Each change of a value, and for how many devices. */
  changes: z.array(FieldChange.extend({ devices: z.number().int() })),
  /** The first 50 of the devices. */
  sample: z.array(z.object({ id: DeviceId, name: z.string(), changes: z.array(FieldChange) })),
});
export type PolicyPreview = z.infer<typeof PolicyPreview>;

const place = z.object({ kind: PolicyPlaceKind, placeId: z.uuid() });
const wanted = place.extend({ fields: PolicyValues });

export const policies = {
  fields: open('authenticated', 'The catalogue is the same for everybody.')
    .route({ method: 'GET', path: '/policies/fields', summary: 'List what policies can set' })
    .output(
      z.object({
        items: z.array(
          z.object({
            field: PolicyField,
            title: z.string(),
            describe: z.string(),
            unit: z.enum(['seconds']),
            min: z.number(),
            max: z.number(),
            byDefault: z.number(),
            needs: z.enum(AUTHORITIES),
            moves: z.array(z.string()),
          }),
        ),
      }),
    ),
  list: demands('policies:read')
    .route({ method: 'GET', path: '/policies', summary: 'List the policies that set something' })
    .output(z.object({ items: z.array(Policy) })),
  get: demands('policies:read')
    .route({
      method: 'GET',
      path: '/policies/{kind}/{placeId}',
      summary: 'Read the policy of an organisation, site, group or device; empty where there is none',
    })
    .input(place)
    .output(Policy),
  set: demands('policies:manage')
    .route({
      method: 'PUT',
      path: '/policies/{kind}/{placeId}',
      summary: 'Say what a policy sets; what is left out it sets no longer',
      description: 'Needs If-Match. Devices that are connected follow within a second.',
    })
    .input(wanted)
    .output(Policy),
  preview: demands('policies:manage')
    .route({
      method: 'POST',
      path: '/policies/{kind}/{placeId}/preview',
      summary: 'What would change for which devices',
    })
    .input(wanted)
    .output(PolicyPreview),
  effective: demands('devices:read')
    .route({
      method: 'GET',
      path: '/devices/{deviceId}/policy',
      summary: 'What holds for a device, and where each value comes from',
    })
    .input(z.object({ deviceId: DeviceId }))
    .output(
      z.object({
        deviceId: DeviceId,
        /** A change is being taken over at this moment. */
        pending: z.boolean(),
        fields: z.array(EffectiveField),
      }),
    ),
};
