import type { CustomKind, CustomValue, FieldPlaceKind } from '@muster/contracts';
import { readSpan, spellSpan } from './spans.ts';

/** What a value reads like, by kind; where nothing is said the kind speaks for itself. */
export const KIND_HINTS: Readonly<Record<CustomKind, string>> = {
  text: 'Up to 2,000 characters',
  enum: 'One of the choices',
  number: 'A number',
  percent: 'A number from 0 to 100',
  bytes: 'A number of bytes',
  duration: 'A time with its unit: 90 s, 6 h, 30 d',
  time: 'A day or an instant: 2027-06-30, or 2027-06-30T12:00:00Z',
  boolean: 'Yes or no',
  ip: 'One address',
  version: 'A version, as 1.10.2',
};

/** All kinds, as a choice. */
export const KINDS = Object.keys(KIND_HINTS) as readonly CustomKind[];

/** Where values can stand, from the widest to the device. */
export const PLACES: readonly FieldPlaceKind[] = ['organisation', 'site', 'device'];

const NUMBERS: readonly CustomKind[] = ['number', 'percent', 'bytes'];

/** A value as it stands in a form; empty for none. */
export function draftOf(value: CustomValue | null, kind: CustomKind): string {
  if (value === null) return '';
  return kind === 'duration' ? spellSpan(Number(value)) : String(value);
}

/** What stands in a form as the API takes it; the server has the last word on whether it is one. */
export function toValue(kind: CustomKind, draft: string): CustomValue | null {
  if (draft.trim() === '') return null;
  if (kind === 'boolean') return draft === 'true';
  if (kind === 'duration') return readSpan(draft) ?? draft;
  return NUMBERS.includes(kind) ? Number(draft) : draft.trim();
}

/** What is wrong with a draft; undefined for a good one. */
export function draftProblem(kind: CustomKind, draft: string): string | undefined {
  if (draft.trim() === '') return undefined;
  const isGood =
    kind === 'duration'
      ? readSpan(draft) !== undefined
      : !NUMBERS.includes(kind) || Number.isFinite(Number(draft));
  return isGood ? undefined : KIND_HINTS[kind];
}
