import type { Permission } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/client.ts';

/** One line of the permission catalogue. */
export type CataloguePermission = {
  readonly name: Permission;
  readonly describe: string;
  /** Concerns the whole installation: counts only in a grant that holds everywhere. */
  readonly installation: boolean;
};

/** The permission catalogue by noun, in the order of the catalogue; undefined while it is being read. */
export function usePermissionGroups(): ReadonlyMap<string, CataloguePermission[]> | undefined {
  const read = useQuery(queries.access.permissions.queryOptions({ staleTime: Number.POSITIVE_INFINITY }));
  return read.data && Map.groupBy(read.data.items, ({ name }) => name.slice(0, name.indexOf(':')));
}
