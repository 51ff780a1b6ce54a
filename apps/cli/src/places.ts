import type { OrgId, Place, Site } from '@muster/contracts';
import type { Client } from './client.ts';
import { EXIT, Failure } from './failure.ts';

/** The place of a grant from the names given; a site or group brings its organisation along. */
export async function findPlace(
  client: Client,
  options: { org?: string | undefined; site?: string | undefined; group?: string | undefined },
): Promise<Place> {
  const place: Place = { orgId: null, siteId: null, groupId: null };
  if (options.org)
    place.orgId = pick((await client.organisations.list()).items, options.org, 'organisation').id;
  if (options.site) {
    const site = pick(within((await client.system.sites()).items, place), options.site, 'site');
    return { ...place, orgId: site.orgId, siteId: site.id };
  }
  if (options.group) {
    const group = pick(within((await client.groups.list()).items, place), options.group, 'group');
    return { ...place, orgId: group.orgId, groupId: group.id };
  }
  return place;
}

/** A site by name or id, within an organisation where one is named. */
export async function findSite(client: Client, wanted: string, org?: string): Promise<Site> {
  const place = await findPlace(client, { org });
  return pick(within((await client.system.sites()).items, place), wanted, 'site');
}

/** The organisation that is named; the only one where none is. */
export async function getOrgId(client: Client, org: string | undefined): Promise<OrgId> {
  const { items } = await client.organisations.list();
  if (org !== undefined) return pick(items, org, 'organisation').id;
  const [only, another] = items;
  if (only && !another) return only.id;
  throw new Failure(EXIT.usage, 'Say in which organisation, with --org.');
}

function within<Item extends { orgId: Place['orgId'] }>(items: readonly Item[], { orgId }: Place): Item[] {
  return items.filter((item) => orgId === null || item.orgId === orgId);
}

/** The one of `items` that has this name, in whichever case, or this id; a Failure that says what there is instead. */
export function pick<Item extends { id: string; name: string }>(
  items: readonly Item[],
  wanted: string,
  noun: string,
): Item {
  const found = items.filter(
    (item) => item.id === wanted || item.name.toLowerCase() === wanted.toLowerCase(),
  );
  const [item, another] = found;
  if (item && !another) return item;
  throw another
    ? new Failure(EXIT.usage, `Several ${noun}s are called ${wanted}; say which by id, or with --org.`)
    : new Failure(
        EXIT.notFound,
        `No ${noun} is called ${wanted}; there ${items.length > 0 ? `are ${items.map((one) => one.name).join(', ')}` : 'is none'}.`,
      );
}
