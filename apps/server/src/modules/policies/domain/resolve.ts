import type { EffectiveField, PolicyOrigin, PolicyPlaceKind } from '@muster/contracts';
import { POLICY_FIELDS, type PolicyField, type PolicyValues } from '@muster/contracts/policies';

/** A policy that reaches the device. */
export type Source = {
  readonly kind: PolicyPlaceKind;
  readonly placeId: string;
  readonly placeName: string;
  readonly priority: number | null;
  readonly fields: PolicyValues;
};

const LEVEL: Readonly<Record<PolicyPlaceKind, number>> = { organisation: 0, site: 1, group: 2, device: 3 };

/** The order in which policies have their say, the last word first; see `db/effective.ts`. */
function nearestFirst(one: Source, other: Source): number {
  const level = LEVEL[other.kind] - LEVEL[one.kind];
  if (level !== 0) return level;
  const priority = (other.priority ?? 0) - (one.priority ?? 0);
  if (priority !== 0) return priority;
  const [a, b] = [one.placeName.toLowerCase(), other.placeName.toLowerCase()];
  if (a !== b) return a < b ? -1 : 1;
  return one.placeId < other.placeId ? -1 : 1;
}

/** Every field as it holds under these policies, with what said so and what it overrode. */
export function resolve(sources: readonly Source[]): EffectiveField[] {
  const ordered = sources.toSorted(nearestFirst);
  return (Object.keys(POLICY_FIELDS) as PolicyField[]).map((field) => {
    const { title, unit, byDefault } = POLICY_FIELDS[field];
    const said = ordered.flatMap((source) => {
      const value = source.fields[field];
      return value === undefined ? [] : [{ value, origin: originOf(source) }];
    });
    const [first, ...rest] = [...said, { value: byDefault, origin: DEFAULT }];
    return { field, title, unit, ...(first as (typeof said)[number]), overrode: rest };
  });
}

const DEFAULT: PolicyOrigin = { kind: 'default', placeId: null, placeName: 'default', priority: null };

function originOf({ kind, placeId, placeName, priority }: Source): PolicyOrigin {
  return { kind, placeId, placeName, priority };
}
