import type { FieldKind } from '../catalogue/field.ts';

/** An operator as completion shows it. */
export type OperatorHint = { readonly operator: string; readonly detail: string };

const EQUAL: OperatorHint = { operator: '=', detail: 'is' };
const UNEQUAL: OperatorHint = { operator: '!=', detail: 'is known and is not' };
const CONTAINS: OperatorHint = { operator: '~', detail: 'contains' };
const WORD: OperatorHint = { operator: ':', detail: 'has the word' };
const SET: readonly OperatorHint[] = [
  { operator: 'in', detail: 'is one of' },
  { operator: 'not in', detail: 'is known and is none of' },
];
const ORDER: readonly OperatorHint[] = [
  { operator: '<', detail: 'less than' },
  { operator: '<=', detail: 'at most' },
  { operator: '>', detail: 'more than' },
  { operator: '>=', detail: 'at least' },
];
const TEXT = [EQUAL, UNEQUAL, CONTAINS, WORD, ...SET];
const NUMBER = [...ORDER, EQUAL, UNEQUAL, ...SET];

/** The operators of each kind, the most used first. */
export const OPERATORS_OF: Readonly<Record<FieldKind, readonly OperatorHint[]>> = {
  text: TEXT,
  map: TEXT,
  enum: [EQUAL, UNEQUAL, ...SET, CONTAINS],
  number: NUMBER,
  percent: NUMBER,
  bytes: NUMBER,
  duration: NUMBER,
  time: [
    { operator: '>', detail: 'longer ago than, or after a date' },
    { operator: '<', detail: 'less long ago than, or before a date' },
    { operator: 'within', detail: 'in the last' },
    { operator: '=', detail: 'on the day' },
  ],
  version: [...ORDER, EQUAL, UNEQUAL, CONTAINS, ...SET],
  ip: [
    { operator: 'in', detail: 'in the network' },
    EQUAL,
    UNEQUAL,
    { operator: 'not in', detail: 'in no network of' },
  ],
  boolean: [EQUAL],
};

/** Values that show how a kind is written. */
export const SAMPLES_OF: Readonly<Partial<Record<FieldKind, readonly string[]>>> = {
  percent: ['10%', '50%', '90%'],
  bytes: ['500MB', '10GB', '4GiB'],
  duration: ['30m', '12h', '3d'],
  time: ['1h', '1d', '7d', '30d'],
  boolean: ['true', 'false'],
};
