import type { PolicyPlaceKind } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { queries } from '../api/client.ts';
import { queryClient } from '../api/query-client.ts';

/** Whose policy it is: an organisation, a site, a group or a device. */
export type PolicyPlace = {
  readonly kind: PolicyPlaceKind;
  readonly id: string;
  /** As people and the command line call it. */
  readonly name: string;
};

/** What the policy of the place itself sets, for who may see it. */
export function usePlacePolicy({ kind, id }: PolicyPlace, may: boolean) {
  return useQuery(queries.policies.get.queryOptions({ input: { kind, placeId: id }, enabled: may }));
}

/** Reads all that a changed policy may have changed. */
export function rereadPolicies(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: queries.policies.key() });
}
