import type { Organisation, Site } from '@muster/contracts';
import { useDeferredValue, useMemo, useState } from 'react';
import { isNamed } from '../../filter/use-scopes.ts';

/** Drawn before somebody asks for more. */
const SHOWN = 25;

/** An organisation with those of its sites that are shown. */
type Found = { readonly organisation: Organisation; readonly sites: readonly Site[] };

/** The organisations whose name, or the name of one of whose sites, was typed; the first of them, and how many follow. */
export function useFoundPlaces(organisations: readonly Organisation[], sites: readonly Site[]) {
  const [typed, setTyped] = useState('');
  const [most, setMost] = useState(SHOWN);
  const wanted = useDeferredValue(typed.trim());
  const all = useMemo(() => {
    const sitesOf = Map.groupBy(sites, ({ orgId }) => orgId);
    return organisations
      .map((organisation): Found => ({ organisation, sites: sitesOf.get(organisation.id) ?? [] }))
      .filter(({ organisation: { name }, sites: own }) =>
        [name, ...own.map((site) => `${name} ${site.name} ${site.location}`)].some((label) =>
          isNamed(label, wanted),
        ),
      );
  }, [organisations, sites, wanted]);
  const search = (text: string) => {
    setTyped(text);
    setMost(SHOWN);
  };
  return { typed, search, found: all.slice(0, most), count: all.length, showAll: () => setMost(all.length) };
}
