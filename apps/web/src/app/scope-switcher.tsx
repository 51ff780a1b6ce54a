import { NativeSelect } from '@mantine/core';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import { useRememberedScope } from '../filter/scope.ts';
import { useScopes } from '../filter/use-scopes.ts';

const ScopeSearch = lazy(() => import('../filter/scope-search.tsx'));
const LABEL = 'Scope: which organisation or site';
/** Among more than these one searches. */
const MOST_ROLLED = 20;

type ScopeSwitcherProps = {
  readonly className: string | undefined;
  readonly onChosen?: () => void;
};

/** Narrows the devices to an organisation or a site; not there where there is but one of each. */
export function ScopeSwitcher({ className, onChosen }: ScopeSwitcherProps) {
  const navigate = useNavigate();
  const { pathname, search } = useLocation();
  const [remembered, remember] = useRememberedScope();
  const places = useScopes();
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
    onChosen?.();
    if (pathname === '/') return void navigate({ to: '/', search: { scope: scope || undefined } });
    const to = { ...(pathname === '/devices' ? { q: search.q } : {}), scope: scope || undefined };
    void navigate({ to: '/devices', search: to });
  };
  const native = (
    <NativeSelect
      className={className}
      size="xs"
      aria-label={LABEL}
      data={[...places]}
      value={now}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
  if (places.length <= MOST_ROLLED) return native;
  return (
    <Suspense fallback={native}>
      <ScopeSearch {...{ className, value: now }} label={LABEL} choices={places} onChange={change} />
    </Suspense>
  );
}
