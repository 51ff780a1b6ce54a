import { isIP } from 'node:net';
import { type CustomField, type CustomValue, MusterError } from '@muster/contracts';
import { versionSortKey } from '@muster/query';

/** A value as it is kept: as it is shown, and as device queries compare it. */
export type StoredValue = {
  readonly value: CustomValue;
  readonly text: string;
  readonly number?: number;
  readonly at?: string;
  readonly flag?: boolean;
  readonly address?: string;
  readonly sortKey?: string;
};

type Typed = Pick<CustomField, 'key' | 'title' | 'kind' | 'choices'>;

/** A day, or an instant with its zone: what is meant must not depend on where the server stands. */
const TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;

const DAY = '2027-01-31';

const WANTED: Readonly<Record<CustomField['kind'], string>> = {
  text: 'text of 1 to 2000 characters',
  enum: 'one of its choices',
  number: 'a number',
  percent: 'a number from 0 to 100',
  bytes: 'a number of bytes, 0 or more',
  duration: 'a number of milliseconds, 0 or more',
  time: 'a day such as 2027-01-31 or an instant such as 2027-01-31T12:00:00Z',
  boolean: 'true or false',
  ip: 'one IPv4 or IPv6 address',
  version: 'a version of 1 to 200 characters',
};

/** Reads a value of the field's kind; throws invalid_input that says what would be one. */
export function readValue(field: Typed, raw: CustomValue): StoredValue {
  const stored = READ[field.kind](raw, field);
  if (stored) return stored;
  const choices = field.kind === 'enum' ? `: ${field.choices.join(', ')}` : '';
  throw new MusterError('invalid_input', `${field.title} takes ${WANTED[field.kind]}${choices}.`, {
    field: field.key,
    kind: field.kind,
  });
}

type Read = (raw: CustomValue, field: Typed) => StoredValue | undefined;

const numberWithin =
  (least: number, most: number): Read =>
  (raw) =>
    typeof raw === 'number' && Number.isFinite(raw) && raw >= least && raw <= most
      ? { value: raw, text: String(raw), number: raw }
      : undefined;

const textUpTo = (raw: CustomValue, most: number): string | undefined => {
  if (typeof raw !== 'string') return undefined;
  const text = raw.trim();
  return text !== '' && text.length <= most ? text : undefined;
};

const READ: Readonly<Record<CustomField['kind'], Read>> = {
  text: (raw) => plain(textUpTo(raw, 2_000)),
  enum: (raw, { choices }) => plain(typeof raw === 'string' && choices.includes(raw) ? raw : undefined),
  number: numberWithin(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY),
  percent: numberWithin(0, 100),
  bytes: numberWithin(0, Number.MAX_SAFE_INTEGER),
  duration: numberWithin(0, Number.MAX_SAFE_INTEGER),
  time: (raw) => {
    if (typeof raw !== 'string' || !TIME.test(raw)) return undefined;
    const atMs = Date.parse(raw);
    if (Number.isNaN(atMs)) return undefined;
    const at = new Date(atMs).toISOString();
    // The 31st of February is no day.
    if (raw.length === DAY.length && !at.startsWith(raw)) return undefined;
    return { value: at, text: at, at };
  },
  boolean: (raw) => (typeof raw === 'boolean' ? { value: raw, text: String(raw), flag: raw } : undefined),
  ip: (raw) => {
    const address = textUpTo(raw, 45);
    // A zone such as fe80::1%eth0 means something on one machine only.
    return address && isIP(address) && !address.includes('%')
      ? { value: address, text: address, address }
      : undefined;
  },
  version: (raw) => {
    const text = textUpTo(raw, 200);
    return text === undefined ? undefined : { value: text, text, sortKey: versionSortKey(text) };
  },
};

function plain(text: string | undefined): StoredValue | undefined {
  return text === undefined ? undefined : { value: text, text };
}
