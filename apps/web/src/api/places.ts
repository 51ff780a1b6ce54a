import type { Place } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { queries } from './client.ts';
import { useMay } from './session.ts';

/** Where a grant can hold, as a choice: a value of its own, what people call it, and what the API is told. */
export type PlaceChoice = { readonly value: string; readonly label: string; readonly place: Place };

/** The choice that reaches the whole installation. */
export const EVERYWHERE: PlaceChoice = {
  value: 'everywhere',
  label: 'Everywhere',
  place: { orgId: null, siteId: null, groupId: null },
};

/** Everywhere, then each organisation, site and static group by name. */
export function usePlaces(): readonly PlaceChoice[] {
  const organisations = useQuery(queries.organisations.list.queryOptions()).data?.items ?? [];
  const sites = useQuery(queries.system.sites.queryOptions()).data?.items ?? [];
  const groups = useQuery(queries.groups.list.queryOptions()).data?.items ?? [];
  // Whoever runs an installation for one organisation need not know that there could be several.
  const isSingle = useMay('organisations:create') && organisations.length <= 1;
  const nameOf = new Map(organisations.map(({ id, name }) => [id, name]));
  const within = (orgId: (typeof sites)[number]['orgId']) =>
    organisations.length > 1 ? ` (${nameOf.get(orgId) ?? 'another organisation'})` : '';
  return [
    EVERYWHERE,
    ...(isSingle ? [] : organisations).map(({ id, name }) => ({
      ...{ value: id, label: name, place: { ...EVERYWHERE.place, orgId: id } },
    })),
    ...sites.map(({ id, orgId, name }) => ({
      ...{ value: id, label: `Site ${name}${within(orgId)}`, place: { orgId, siteId: id, groupId: null } },
    })),
    ...groups
      .filter(({ kind }) => kind === 'static')
      .map(({ id, orgId, name }) => ({
        ...{ value: id, label: `Group ${name}${within(orgId)}`, place: { orgId, siteId: null, groupId: id } },
      })),
  ];
}
