import { useQuery } from '@tanstack/react-query';
import { queries } from '../api/client.ts';
import { useMay } from '../api/session.ts';

/** Something that the devices can be narrowed to; its value stands in the URL. */
export type ScopeChoice = { readonly value: string; readonly label: string };

/** Everything, each organisation where there are several, and its sites; undefined until they are read. */
export function useScopes(): readonly ScopeChoice[] | undefined {
  const enabled = useMay('organisations:read');
  const organisations = useQuery(queries.organisations.list.queryOptions({ enabled })).data?.items;
  const sites = useQuery(queries.system.sites.queryOptions({ enabled })).data?.items;
  if (!organisations || !sites) return undefined;
  const isSingle = organisations.length === 1;
  const sitesOf = Map.groupBy(sites, ({ orgId }) => orgId);
  const below = organisations.flatMap(({ id, name }) => [
    ...(isSingle ? [] : [{ value: `org:${id}`, label: name }]),
    ...(sitesOf.get(id) ?? []).map((site) => ({
      value: `site:${site.id}`,
      label: isSingle ? site.name : `${name} › ${site.name}`,
    })),
  ]);
  return [{ value: '', label: isSingle ? 'All sites' : 'All organisations' }, ...below];
}

/** Whether each word of what was typed occurs in the name, in any order. */
export function isNamed(label: string, typed: string): boolean {
  const name = label.toLowerCase();
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => name.includes(word));
}
