import { type Field, printNetwork, type SqlRequest } from '@muster/query';
import { isId } from '../../../platform/new-id.ts';

/*
 * Tests whose general form would run a sub-select for each of 50,000 devices (2.5 microseconds each), written as plain
 * expressions. They mean the same; what they do not cover falls back to the general form.
 */

type OwnSql = NonNullable<Field['sql']>;

/** Ids are compared as ids where they are written as such. */
export const ofId =
  (value: string): OwnSql =>
  ({ test, bind }) => {
    if (test.type !== 'same-folded' || !test.values.every((id) => isId(id))) return undefined;
    return `${value} in (${test.values.map((id) => bind(id, 'uuid')).join(', ')})`;
  };

/** Some address of the device is the one, or lies in the network. */
export const anyAddress: OwnSql = ({ test, bind }) => {
  if (test.type !== 'network') return undefined;
  const { prefix, bits } = test.network;
  return `${bind(printNetwork(test.network), 'inet')} ${prefix === bits ? '=' : '>>='} any (d.addresses)`;
};

/** Some interface has the address; stored in lower case. */
export const anyMac: OwnSql = ({ test, bind }) => {
  if (test.type !== 'same-folded') return undefined;
  return `(${test.values.map((mac) => `${bind(mac, 'text')} = any (d.macs)`).join(' or ')})`;
};

/** The value of each disk, of the one that has least of it, and of the one that has most. */
export type DiskValue = {
  readonly each: (nth: string) => string;
  readonly least: string;
  readonly most: string;
};

export const percentFree: DiskValue = {
  each: (nth) => `(d.disk_free_percents)[${nth}]`,
  least: 'd.disk_free_percent_least',
  most: 'd.disk_free_percent_most',
};

export const percentUsed: DiskValue = {
  each: (nth) => `(100 - (d.disk_free_percents)[${nth}])`,
  least: '(100 - d.disk_free_percent_most)',
  most: '(100 - d.disk_free_percent_least)',
};

export const bytesFree: DiskValue = {
  each: (nth) => `(d.disk_free_bytes)[${nth}]`,
  least: 'd.disk_free_bytes_least',
  most: 'd.disk_free_bytes_most',
};

/**
 * A named disk is looked up by its place. "Any disk below" is a question to the disk with least alone and "any disk
 * above" one to the disk with most; only a range over any disk needs the disks one by one.
 */
export const diskTest =
  (value: DiskValue): OwnSql =>
  ({ test, of, bind }: SqlRequest) => {
    if (test.type !== 'number') return undefined;
    if (of !== undefined) {
      return within(value.each(`array_position(d.disk_names, ${bind(of, 'text')})`), test, (at) =>
        bind(at, 'float8'),
      );
    }
    if (test.max && test.min) return undefined;
    return within(test.max ? value.least : value.most, test, (at) => bind(at, 'float8'));
  };

/** An online device is seen now; apart from the stored time, so that the planner can judge both. */
export const lastSeen: OwnSql = ({ test, bind }) => {
  if (test.type !== 'time') return undefined;
  const place = (at: { readonly at: number } | { readonly agoMs: number }) =>
    'at' in at
      ? bind(new Date(at.at).toISOString(), 'timestamptz')
      : `(now() - ${bind(at.agoMs, 'float8')} * interval '1 millisecond')`;
  const stored = within('d.stored_seen_at', test, place);
  return `((d.presence <> 'online' and ${stored}) or (d.presence = 'online' and ${within('now()', test, place)}))`;
};

/** Up for longer is booted earlier: the bounds change sides, and nothing is computed for each device. */
export const uptime: OwnSql = ({ test, bind }) => {
  if (test.type !== 'number') return undefined;
  const { min, max } = test;
  const booted = { ...(max ? { min: max } : {}), ...(min ? { max: min } : {}) };
  const ago = (ms: number) => `(now() - ${bind(ms, 'float8')} * interval '1 millisecond')`;
  return `(d.presence = 'online' and ${within('d.booted_at', booted, ago)})`;
};

type Range<T> = {
  readonly min?: { readonly at: T; readonly inclusive: boolean };
  readonly max?: { readonly at: T; readonly inclusive: boolean };
};

function within<T>(value: string, { min, max }: Range<T>, place: (at: T) => string): string {
  const ends: string[] = [];
  if (min) ends.push(`${value} ${min.inclusive ? '>=' : '>'} ${place(min.at)}`);
  if (max) ends.push(`${value} ${max.inclusive ? '<=' : '<'} ${place(max.at)}`);
  return ends.join(' and ');
}
