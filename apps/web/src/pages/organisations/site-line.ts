import type { DeviceId, OrgId, Site } from '@muster/contracts';
import { musterLine } from '../../actions/muster-line.ts';

/** What a form says about a site. */
export type SiteDraft = {
  readonly name: string;
  readonly location: string;
  readonly timezone: string;
  readonly contact: string;
};

/** The `muster` line that adds a site as a form says. */
export function createSiteLine(orgId: OrgId, { name, location, timezone, contact }: SiteDraft): string {
  return musterLine('sites create', [name], {
    ...{ org: orgId, timezone },
    location: location || undefined,
    contact: contact || undefined,
  });
}

/** The `muster` line that changes of a site what a form says otherwise; undefined where that is nothing. */
export function changeSiteLine(site: Site, draft: SiteDraft): string | undefined {
  const { name, location, timezone, contact } = draft;
  const isReached = contact !== (site.contactEmail ?? '');
  const changes = {
    name: name === site.name ? undefined : name,
    location: location === site.location ? undefined : location,
    timezone: timezone === site.timezone ? undefined : timezone,
    contact: isReached && contact !== '' ? contact : undefined,
    'no-contact': isReached && contact === '' ? (true as const) : undefined,
  };
  if (Object.values(changes).every((value) => value === undefined)) return undefined;
  return musterLine('sites change', [site.name], { ...changes, org: site.orgId });
}

/** The `muster` line that names another relay for a site, or none; undefined where it is the one it has. */
export function relayLine({ name, orgId, relayDeviceId }: Site, relay: DeviceId | null): string | undefined {
  if (relay === relayDeviceId) return undefined;
  return musterLine('sites relay', relay === null ? [name] : [name, relay], { org: orgId });
}
