import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { queries } from '../api/client.ts';
import { useMay } from '../api/session.ts';
import { useRememberedScope } from '../filter/scope.ts';

/** Narrows the devices to an organisation or a site; not there where there is but one of each. */
export function ScopeSwitcher({ className }: { className: string | undefined }) {
  const navigate = useNavigate();
  const { pathname, search } = useLocation();
  const [remembered, remember] = useRememberedScope();
  const places = usePlacesToSwitch();
  const isGone = places !== undefined && !places.some(({ value }) => value === remembered);
  // Whoever signs in here next may not see what the one before chose; nor does a removed site narrow anything.
  useEffect(() => {
    if (isGone && remembered !== '') remember('');
  }, [isGone, remembered, remember]);
  if (places === undefined || places.length < 3) return null;
  const isNarrowed = pathname === '/devices' || pathname === '/';
  const now = isNarrowed ? (search.scope ?? '') : remembered;
  const change = (scope: string) => {
    remember(scope);
    if (pathname === '/') return void navigate({ to: '/', search: { scope: scope || undefined } });
    const to = { ...(pathname === '/devices' ? { q: search.q } : {}), scope: scope || undefined };
    void navigate({ to: '/devices', search: to });
  };
  return (
    <NativeSelect
      className={className}
      size="xs"
      aria-label="Scope: which organisation or site"
      data={places}
      value={now}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}

/** Everything, each organisation where there are several, and its sites; undefined until they are read. */
function usePlacesToSwitch(): { value: string; label: string }[] | undefined {
  const enabled = useMay('organisations:read');
  const organisations = useQuery(queries.organisations.list.queryOptions({ enabled })).data?.items;
  const sites = useQuery(queries.system.sites.queryOptions({ enabled })).data?.items;
  if (!organisations || !sites) return undefined;
  const isSingle = organisations.length === 1;
  const below = organisations.flatMap(({ id, name }) => [
    ...(isSingle ? [] : [{ value: `org:${id}`, label: name }]),
    ...sites
      .filter(({ orgId }) => orgId === id)
      .map((site) => ({ value: `site:${site.id}`, label: isSingle ? site.name : `${name} › ${site.name}` })),
  ]);
  return [{ value: '', label: isSingle ? 'All sites' : 'All organisations' }, ...below];
}
