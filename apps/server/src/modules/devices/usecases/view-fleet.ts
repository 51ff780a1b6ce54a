import { type CountedValue, type FleetProblem, Presence } from '@muster/contracts';
import { quote } from '@muster/query';
import type { SQL } from 'drizzle-orm';
import { type Actor, requirePermission } from '../../../platform/actor.ts';
import type { Database } from '../../../platform/db/index.ts';
import { countFleet, type KindCount } from '../db/overview-rows.ts';
import type { Queries } from '../query/compile-query.ts';
import { limitTime } from './read-within.ts';

const ACTIVE = 'lifecycle = active';

/** What may be wrong with a device, in the query language: whoever looks at a count can look at its devices. */
const PROBLEMS: Readonly<Record<FleetProblem, string>> = {
  pending: 'lifecycle = pending',
  unresponsive: `${ACTIVE} and status = unresponsive`,
  away: `${ACTIVE} and status = offline and last_seen > 7d`,
  'disk-full': `${ACTIVE} and disk.free < 10%`,
  'memory-full': `${ACTIVE} and memory > 95%`,
  'firewall-off': `${ACTIVE} and firewall = off`,
  'antivirus-off': `${ACTIVE} and antivirus = off and not antivirus = on`,
  'stale-inventory': `${ACTIVE} and status = online and inventory.collected > 2d`,
  suspended: 'lifecycle = suspended',
};

/** How many values of a kind are told apart. */
const SHOWN = 8;
const OVERVIEW_TIMEOUT_MS = 5_000;

export type FleetView = {
  readonly total: number;
  readonly states: CountedValue[];
  readonly systems: Counted;
  readonly versions: Counted;
  readonly agents: Counted;
  readonly problems: { problem: FleetProblem; count: number; query: string }[];
};

type Counted = { readonly top: CountedValue[]; readonly others: number };

/** Counts active devices by what they are, and looks for problems, in one scan. */
export async function viewFleet(
  deps: { readonly database: Database; readonly queries: Queries },
  actor: Actor,
  query = '',
): Promise<FleetView> {
  const scope = requirePermission(actor, 'devices:read');
  const compiled = (text: string): SQL => deps.queries.within(scope.orgIds).compile(text).condition;
  const problems = (Object.keys(PROBLEMS) as FleetProblem[]).map((problem) => ({
    problem,
    query: PROBLEMS[problem],
  }));
  const within = compiled(query);
  const { kinds: rows, each: found } = await deps.database.transaction(scope, async (tx) => {
    await limitTime(tx, OVERVIEW_TIMEOUT_MS);
    return countFleet(tx, scope, {
      condition: within,
      active: compiled(ACTIVE),
      each: problems.map((one) => compiled(one.query)),
    });
  });
  const total = rows.find(({ kind }) => kind === 'all')?.count ?? 0;
  return {
    total,
    states: Presence.options.map((value) => ({
      value,
      count: rows.find((row) => row.kind === 'presence' && row.value === value)?.count ?? 0,
      query: `${ACTIVE} and status = ${value}`,
    })),
    systems: mostOf(rows, 'system', total, ({ value }) => `os.name = ${quote(value)}`),
    versions: mostOf(
      rows,
      'version',
      total,
      ({ value, version }) => `os.name = ${quote(value)} and os.version = ${quote(version)}`,
    ),
    agents: mostOf(rows, 'agent', total, ({ value }) => `agent.version = ${quote(value)}`),
    problems: problems
      .map((one, at) => ({ ...one, count: found[at] ?? 0 }))
      .filter(({ count }) => count > 0)
      .toSorted((one, other) => other.count - one.count),
  };
}

function mostOf(
  rows: readonly KindCount[],
  kind: KindCount['kind'],
  total: number,
  termOf: (row: KindCount) => string,
): Counted {
  const top = rows
    .filter((row) => row.kind === kind && row.value !== '' && row.version !== '')
    .toSorted((one, other) => other.count - one.count || (one.value < other.value ? -1 : 1))
    .slice(0, SHOWN)
    .map((row) => ({
      value: kind === 'version' ? `${row.value} ${row.version}` : row.value,
      count: row.count,
      query: `${ACTIVE} and ${termOf(row)}`,
    }));
  return { top, others: total - top.reduce((sum, { count }) => sum + count, 0) };
}
