import { MusterError, type OrgId } from '@muster/contracts';
import { POLICY_FIELDS } from '@muster/contracts/policies';
import { sql } from 'drizzle-orm';
import type { Tx } from '../../../platform/db/index.ts';
import { findFault, type GroupNode } from '../domain/group-faults.ts';
import type { PolicyDeps } from '../policy-deps.ts';

type GroupRow = {
  readonly id: string;
  readonly parentId: string | null;
  readonly name: string;
  readonly query: string | null;
  readonly fields: Readonly<Record<string, number>> | null;
  readonly carries: readonly string[];
};

/**
 * Throws conflict where the policy of a group of this organisation sets what decides who is in it, or more than the
 * fields of its query may be trusted with. Called with what is about to be committed.
 */
export async function demandSound(deps: Pick<PolicyDeps, 'queries'>, tx: Tx, orgId: OrgId): Promise<void> {
  const { rows } = await tx.execute<GroupRow>(sql`
    select g.id, g.parent_id as "parentId", g.name, g.query, p.fields,
      array(select t.key from group_tags t where t.group_id = g.id order by 1) as carries
    from groups g left join policies p on p.group_id = g.id
    where g.org_id = ${orgId} and g.deleted_at is null order by lower(g.name), g.id`);
  const carrying = rows.filter(({ fields }) => fields && Object.keys(fields).length > 0);
  if (carrying.length === 0) return;
  const nodes = rows.map(
    (row): GroupNode => ({ ...row, plan: planOf(deps.queries.within([orgId]), row.query) }),
  );
  for (const { id, fields } of carrying) {
    const fault = findFault(nodes, { id, sets: Object.keys(fields ?? {}) }, POLICY_FIELDS);
    if (fault) throw new MusterError('conflict', fault.text, fault.params);
  }
}

/** A query that no longer reads means nobody. */
function planOf(queries: PolicyDeps['queries'], query: string | null): GroupNode['plan'] {
  try {
    return query === null ? undefined : queries.compile(query).plan;
  } catch {
    return undefined;
  }
}
