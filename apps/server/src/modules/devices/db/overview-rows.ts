import { type SQL, sql } from 'drizzle-orm';
import type { Scope } from '../../../platform/actor.ts';
import type { Tx } from '../../../platform/db/index.ts';
import { inScope } from './device-rows.ts';

/** How many devices have a value of one kind; `version` beside the name of a system, else a dash. */
export type KindCount = {
  readonly kind: 'all' | 'presence' | 'system' | 'version' | 'agent';
  readonly value: string;
  readonly version: string;
  readonly count: number;
};

/**
 * Counts the active devices by presence, system, version of the system and of the agent, and how many of all meet each of
 * the conditions: one scan, which gathers what is alike before it is counted each way.
 */
export async function countFleet(
  tx: Tx,
  scope: Scope,
  asked: { readonly condition: SQL; readonly active: SQL; readonly each: readonly SQL[] },
): Promise<{ kinds: KindCount[]; each: number[] }> {
  const meeting = asked.each.map((one, at) => sql`count(*) filter (where ${one}) as ${sql.raw(`met_${at}`)}`);
  const met = asked.each.map((_, at) => sql.raw(`sum(met_${at})::int`));
  const { rows } = await tx.execute<KindCount & { readonly each: number[] | null }>(sql`
    select case grouping(presence, os_name, os_version, agent_version)
        when 7 then 'presence' when 11 then 'system' when 9 then 'version' when 14 then 'agent' else 'all' end as kind,
      coalesce(presence, os_name, agent_version, '') as value,
      case when grouping(os_version) = 0 then coalesce(os_version, '') else '-' end as version,
      coalesce(sum(active), 0)::int as count,
      case when grouping(presence, os_name, os_version, agent_version) = 15 then array[${sql.join(met, sql`, `)}] end as each
    from (
      select d.presence, d.os_name, d.os_version, d.agent_version, count(*) filter (where ${asked.active}) as active,
        ${sql.join(meeting, sql`, `)}
      from muster.device_list d where ${inScope(scope)} and ${asked.condition}
      group by 1, 2, 3, 4) alike
    group by grouping sets ((), (presence), (os_name), (os_name, os_version), (agent_version))
    having sum(active) > 0 or grouping(presence, os_name, os_version, agent_version) = 15`);
  const all = rows.find(({ kind }) => kind === 'all');
  return { kinds: rows, each: (all?.each ?? []).map((count) => count ?? 0) };
}
