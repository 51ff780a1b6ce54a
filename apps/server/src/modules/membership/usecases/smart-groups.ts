import type { GroupId, OrgId } from '@muster/contracts';
import type { Plan } from '@muster/query';
import { writeWatch } from '../db/queue.ts';
import { readSmartGroups } from '../db/smart-groups.ts';
import { CLOCK, thresholdsOf, touchesOf } from '../domain/touches.ts';
import type { MembershipDeps } from '../membership-deps.ts';

/** A smart group, understood. */
export type SmartGroup = {
  readonly id: GroupId;
  readonly orgId: OrgId;
  readonly name: string;
  readonly query: string;
  readonly plan: Plan;
  readonly touches: ReadonlySet<string>;
};

/** The smart groups by organisation. One whose query no longer reads (a field went) keeps its members as they are. */
export type SmartGroups = ReadonlyMap<OrgId, readonly SmartGroup[]>;

/** Reads the groups, and has that queued which any of them asks for. */
export async function loadSmartGroups(deps: MembershipDeps): Promise<SmartGroups> {
  const rows = await deps.database.system('membership', (tx) => readSmartGroups(tx));
  // What a definition committed that queued these groups is known before they are read.
  await deps.queries.refresh();
  const groups = new Map<OrgId, SmartGroup[]>();
  for (const row of rows) {
    try {
      const { plan } = deps.queries.within([row.orgId]).compile(row.query);
      const touches = new Set([...touchesOf(plan), CLOCK]);
      groups.set(row.orgId, [...(groups.get(row.orgId) ?? []), { ...row, plan, touches }]);
    } catch (error) {
      deps.onError(error, `smart group ${row.name}`);
    }
  }
  const plans = [...groups.values()].flat();
  const watched = new Set(plans.flatMap(({ plan }) => [...touchesOf(plan)]));
  const thresholds = plans.flatMap(({ plan }) => thresholdsOf(plan));
  await writeWatch(deps.database.ingest, { touched: [...watched], thresholds });
  return groups;
}

/** The groups that what happened may touch. */
export function touchedGroups(groups: readonly SmartGroup[], touched: ReadonlySet<string>): SmartGroup[] {
  return groups.filter((group) => [...touched].some((word) => group.touches.has(word)));
}
