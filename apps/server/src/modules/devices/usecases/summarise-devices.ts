import { Lifecycle, Presence } from '@muster/contracts';
import { type Actor, requirePermission, type Scope } from '../../../platform/actor.ts';
import type { Database, Tx } from '../../../platform/db/index.ts';
import { countByState, type StateCount } from '../db/list-rows.ts';
import type { Queries } from '../query/compile-query.ts';
import { limitTime } from './read-within.ts';

export type DeviceSummary = {
  readonly total: number;
  readonly presence: Record<Presence, number>;
  readonly os: Record<string, number>;
  readonly lifecycle: Record<Lifecycle, number>;
};

const SUMMARY_TIMEOUT_MS = 5_000;

/** Counts the devices that match by presence, system and lifecycle. */
export async function summariseDevices(
  deps: { readonly database: Database; readonly queries: Queries },
  actor: Actor,
  query = '',
): Promise<DeviceSummary> {
  const scope = requirePermission(actor, 'devices:read');
  return deps.database.transaction(scope, (tx) => summarise(deps.queries, tx, { scope, query }));
}

/** The same in a transaction that is already open. */
export async function summarise(
  queries: Queries,
  tx: Tx,
  { scope, query }: { readonly scope: Scope; readonly query: string },
): Promise<DeviceSummary> {
  const { condition } = queries.within(scope.orgIds).compile(query);
  await limitTime(tx, SUMMARY_TIMEOUT_MS);
  const counts = await countByState(tx, scope, condition);
  return {
    total: counts.reduce((sum, { count }) => sum + count, 0),
    presence: { ...zeros(Presence.options), ...sums(counts, 'presence') },
    os: sums(counts, 'os'),
    lifecycle: { ...zeros(Lifecycle.options), ...sums(counts, 'lifecycle') },
  };
}

function zeros<Name extends string>(names: readonly Name[]): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
}

function sums(counts: readonly StateCount[], by: 'presence' | 'os' | 'lifecycle'): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const row of counts) sum[row[by]] = (sum[row[by]] ?? 0) + row.count;
  return sum;
}
