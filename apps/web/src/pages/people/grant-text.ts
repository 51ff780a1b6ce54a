import type { Grant } from '@muster/contracts';
import { useCallback } from 'react';
import { useOrganisationNames } from '../../api/use-organisation-names.ts';

/** Where a grant holds, as “Acme › Headquarters” where there are several organisations; undefined for everywhere. */
export function useGrantPlace(): (grant: Grant) => string | undefined {
  const names = useOrganisationNames();
  return useCallback(
    ({ orgId, siteId, groupId, placeName }: Grant) => {
      const whose = orgId !== null && (siteId ?? groupId) !== null ? names?.get(orgId) : undefined;
      return whose === undefined ? (placeName ?? undefined) : `${whose} › ${placeName}`;
    },
    [names],
  );
}

/** “Operator in Berlin, by Directory”. */
export function useGrantText(): (grant: Grant) => string {
  const placeOf = useGrantPlace();
  return useCallback(
    (grant: Grant) => {
      const place = placeOf(grant);
      const where = place === undefined ? 'everywhere' : `in ${place}`;
      return `${grant.roleName} ${where}${grant.provider === null ? '' : `, by ${grant.provider}`}`;
    },
    [placeOf],
  );
}
