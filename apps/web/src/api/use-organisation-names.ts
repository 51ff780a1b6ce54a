import type { Organisation } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { queries } from './client.ts';
import { useMay } from './session.ts';

/** What the organisations are called, by id; undefined where there is but one, and until they are read. */
export function useOrganisationNames(): ReadonlyMap<Organisation['id'], string> | undefined {
  const enabled = useMay('organisations:read');
  const items = useQuery(queries.organisations.list.queryOptions({ enabled })).data?.items;
  return useMemo(
    () => (items && items.length > 1 ? new Map(items.map(({ id, name }) => [id, name])) : undefined),
    [items],
  );
}
