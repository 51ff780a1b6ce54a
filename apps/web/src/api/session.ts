import type { Permission } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { queries } from './client.ts';

/** Query options of who is signed in. */
export const meQuery = () => queries.auth.me.queryOptions({ staleTime: 60_000 });

/** Who is signed in; undefined while that is being read. */
export function useMe() {
  return useQuery(meQuery()).data;
}

/** Whether the person may do what the permission allows; false until that is known. */
export function useMay(permission: Permission): boolean {
  return useMe()?.permissions.includes(permission) ?? false;
}
