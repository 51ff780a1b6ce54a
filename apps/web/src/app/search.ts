import type { CommandState, DeviceSort } from '@muster/contracts';
import { COMMAND_STATES } from '../api/contract.gen.ts';
import { readScope } from '../filter/scope.ts';

// What pages keep in the URL. Whoever writes a URL by hand gets the default in place of what makes no sense.

type Search = Readonly<Record<string, unknown>>;

const SORTED_BY = [
  'hostname',
  'presence',
  'last_seen',
  'created',
  'os',
  'agent_version',
  'site',
  'cpu',
  'memory',
  'disk',
];

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Filter text in the query language, the order, and the place. */
export type DevicesSearch = {
  q?: string | undefined;
  sort?: DeviceSort;
  /** The organisation or site that the scope switcher has chosen. */
  scope?: string | undefined;
  /** The saved view that is open, by id. */
  view?: string | undefined;
};

export function readDevicesSearch({ q, sort, scope, view }: Search): DevicesSearch {
  const within = readScope(scope);
  const isSort = typeof sort === 'string' && SORTED_BY.includes(sort.replace(/^-/, ''));
  return {
    ...(typeof q === 'string' && q !== '' ? { q } : typeof q === 'number' ? { q: String(q) } : {}),
    ...(within === undefined ? {} : { scope: within }),
    ...(isSort ? { sort: sort as DeviceSort } : {}),
    ...(typeof view === 'string' && UUID.test(view) ? { view } : {}),
  };
}

/** The place alone. */
export type ScopeSearch = Pick<DevicesSearch, 'scope'>;

export function readScopeSearch({ scope }: Search): ScopeSearch {
  const within = readScope(scope);
  return within === undefined ? {} : { scope: within };
}

export type CommandsSearch = { state?: CommandState | undefined; device?: string | undefined };

export function readCommandsSearch({ state, device }: Search): CommandsSearch {
  const isState = (COMMAND_STATES as readonly unknown[]).includes(state);
  return {
    ...(isState ? { state: state as CommandState } : {}),
    ...(typeof device === 'string' ? { device } : {}),
  };
}

/** The time range of charts: one of the names, or two moments. */
export type TimeSearch = { range?: string; from?: string; to?: string };

export function readTimeSearch({ range, from, to }: Search): TimeSearch {
  const isMoment = (value: unknown): value is string =>
    typeof value === 'string' && !Number.isNaN(Date.parse(value));
  if (isMoment(from) && isMoment(to) && Date.parse(from) < Date.parse(to))
    return { range: 'custom', from, to };
  return typeof range === 'string' && range !== 'custom' ? { range } : {};
}
