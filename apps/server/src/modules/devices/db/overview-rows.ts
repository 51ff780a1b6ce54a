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

/** Counts the active devices by presence, system, version of the system and of the agent, in one scan. */
export async function countEach(
  tx: Tx,
  scope: Scope,
  { condition, active }: { readonly condition: SQL; readonly active: SQL },
): Promise<KindCount[]> {
  const { rows } = await tx.execute<KindCount>(sql`
    select case grouping(d.presence, d.os_name, d.os_version, d.agent_version)
        when 7 then 'presence' when 11 then 'system' when 9 then 'version' when 14 then 'agent' else 'all' end as kind,
      coalesce(d.presence, d.os_name, d.agent_version, '') as value,
      case when grouping(d.os_version) = 0 then coalesce(d.os_version, '') else '-' end as version,
      count(*)::int as count
    from muster.device_list d where ${inScope(scope)} and ${condition} and ${active}
    group by grouping sets ((), (d.presence), (d.os_name), (d.os_name, d.os_version), (d.agent_version))`);
  return rows;
}

/** How many devices meet each of the conditions, in one scan. */
export async function countMatches(
  tx: Tx,
  scope: Scope,
  condition: SQL,
  each: readonly SQL[],
): Promise<number[]> {
  const counts = each.map((one) => sql`count(*) filter (where ${one})::int`);
  const { rows } = await tx.execute<{ counts: number[] }>(sql`
    select array[${sql.join(counts, sql`, `)}] as counts
    from muster.device_list d where ${inScope(scope)} and ${condition}`);
  return rows[0]?.counts ?? [];
}
