import { MusterError, type Policy, type PolicyPlaceKind } from '@muster/contracts';
import type { Scope } from '../../../platform/actor.ts';
import type { Tx } from '../../../platform/db/index.ts';
import { etagOf } from '../../../platform/http/index.ts';
import { findPlace, type PlaceRow, type Purpose } from '../db/places.ts';
import type { PolicyRow } from '../db/policies.ts';

/** Which place is meant. */
export type PlaceInput = { readonly kind: PolicyPlaceKind; readonly placeId: string };

/** A place in scope; throws not_found. */
export async function getPlace(
  tx: Tx,
  scope: Scope,
  wanted: PlaceInput & { readonly purpose: Purpose },
): Promise<PlaceRow> {
  const place = await findPlace(tx, scope, wanted);
  if (place) return place;
  throw new MusterError('not_found', `There is no such ${wanted.kind}.`, { [wanted.kind]: wanted.placeId });
}

/** A row in the contract's shape. */
export function toPolicy({ version, ...row }: PolicyRow): Policy {
  return { ...row, etag: etagOf(version) };
}
