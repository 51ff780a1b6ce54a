import { z } from 'zod';
import { DeviceId, OrgId, SiteId } from '../ids/index.ts';
import { demands } from './base.ts';

const text = z.string().trim().min(1).max(200);

const Timezone = z.string().max(64).refine(isTimezone, 'must be a time zone such as Europe/Berlin');

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

export const Organisation = z.object({
  id: OrgId,
  name: z.string(),
  /** The organisation above, of the MSP that serves this one. */
  partnerId: OrgId.nullable(),
  sites: z.number().int(),
  etag: z.string(),
});
export type Organisation = z.infer<typeof Organisation>;

export const Site = z.object({
  id: SiteId,
  orgId: OrgId,
  name: z.string(),
  location: z.string(),
  timezone: z.string(),
  contactEmail: z.string().nullable(),
  /** The device that is to serve the others of the site as relay. */
  relayDeviceId: DeviceId.nullable(),
  etag: z.string(),
});
export type Site = z.infer<typeof Site>;

const siteText = {
  name: text,
  location: z.string().trim().max(500),
  timezone: Timezone,
  contactEmail: z.email().max(254).nullable(),
};

export const organisations = {
  list: demands('organisations:read')
    .route({ method: 'GET', path: '/organisations', summary: 'List organisations' })
    .output(z.object({ items: z.array(Organisation) })),
  create: demands('organisations:create')
    .route({
      method: 'POST',
      path: '/organisations',
      summary: 'Create an organisation with its first site',
      successStatus: 201,
    })
    .input(
      z.object({
        name: text,
        siteName: text.default('main'),
        timezone: Timezone.default('UTC'),
        partnerId: OrgId.nullable().default(null),
      }),
    )
    .output(Organisation),
  update: demands('organisations:manage')
    .route({ method: 'PATCH', path: '/organisations/{orgId}', summary: 'Rename an organisation' })
    .input(z.object({ orgId: OrgId, name: text }))
    .output(Organisation),
  setPartner: demands('organisations:create')
    .route({
      method: 'PUT',
      path: '/organisations/{orgId}/partner',
      summary: 'Put an organisation under a partner, or under none',
      description:
        'Whoever has a role in all of the partner has it here, too. A partner has no partner of its own.',
    })
    .input(z.object({ orgId: OrgId, partnerId: OrgId.nullable() }))
    .output(Organisation),
  remove: demands('organisations:create')
    .route({
      method: 'DELETE',
      path: '/organisations/{orgId}',
      summary: 'Remove an organisation',
      description:
        'Refused while it has devices that are neither retired nor revoked, or is the partner of others.',
      successStatus: 204,
    })
    .input(z.object({ orgId: OrgId })),
};

export const sites = {
  create: demands('organisations:manage')
    .route({ method: 'POST', path: '/sites', summary: 'Create a site', successStatus: 201 })
    .input(
      z.object({
        orgId: OrgId,
        name: siteText.name,
        location: siteText.location.default(''),
        timezone: siteText.timezone.default('UTC'),
        contactEmail: siteText.contactEmail.default(null),
      }),
    )
    .output(Site),
  update: demands('organisations:manage')
    .route({ method: 'PATCH', path: '/sites/{siteId}', summary: 'Change a site' })
    .input(
      z.object({
        siteId: SiteId,
        name: siteText.name.optional(),
        location: siteText.location.optional(),
        timezone: siteText.timezone.optional(),
        contactEmail: siteText.contactEmail.optional(),
        /** An active device of this site; it stops being the relay when it leaves the site or ends. */
        relayDeviceId: DeviceId.nullable().optional(),
      }),
    )
    .output(Site),
  remove: demands('organisations:manage')
    .route({
      method: 'DELETE',
      path: '/sites/{siteId}',
      summary: 'Remove a site',
      description:
        'Refused while devices or enrolment tokens belong to it, and for the last site of an organisation.',
      successStatus: 204,
    })
    .input(z.object({ siteId: SiteId })),
};
