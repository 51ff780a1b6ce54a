import { type GroupId, MusterError, type OrgId } from '@muster/contracts';
import { fieldsOf } from '@muster/query';
import { sql } from 'drizzle-orm';
import { type Actor, requirePermission } from '../../../platform/actor.ts';
import type { Tx } from '../../../platform/db/index.ts';
import type { SmartGroupPort } from '../../access/index.ts';
import type { FieldGroupPort } from '../../fields/index.ts';
import { readSmartGroups } from '../db/smart-groups.ts';
import { circleOf, isNamedBy, type Named } from '../domain/group-order.ts';
import type { MembershipDeps } from '../membership-deps.ts';

/** What `access` asks about smart groups. */
export function createSmartGroupPort(deps: MembershipDeps): SmartGroupPort {
  return {
    check: async (tx, wanted) => {
      const { plan } = deps.queries.within([wanted.orgId]).compile(wanted.query);
      const known = await others(deps, tx, wanted.orgId);
      const { carries = [], around = [] } = known.find(({ id }) => id === wanted.id) ?? {};
      refuse(
        wanted.name,
        circleOf({ id: wanted.id, name: wanted.name, plan, carries, around }, known),
        'query',
      );
    },
    demandLayered: async (tx, { orgId, id }) => {
      const groups = await others(deps, tx, orgId);
      const moved = groups.filter(
        (group) => group.id === id || group.around?.some((outer) => outer.id === id),
      );
      for (const group of moved) refuse(group.name, circleOf(group, groups), 'parentId');
    },
    namedBy: async (tx, { orgId, name }) =>
      (await others(deps, tx, orgId)).filter((group) => isNamedBy(name, group)).map((group) => group.name),
    preview: (actor, input) => preview(deps, actor, input),
  };
}

function refuse(name: string, circle: string[] | undefined, field: string): void {
  if (!circle) return;
  throw new MusterError('conflict', `${name} would stand on itself: ${circle.join(' → ')}.`, {
    field,
    circle,
  });
}

/** What `fields` asks about smart groups. */
export function createFieldGroupPort(deps: MembershipDeps): FieldGroupPort {
  return {
    askingFor: async (tx, orgId, field) =>
      (await others(deps, tx, orgId))
        .filter(({ plan }) => fieldsOf(plan).some(({ name }) => name === field))
        .map(({ name }) => name),
    demandNoCircle: async (tx, orgId, groupId) => {
      const groups = await others(deps, tx, orgId);
      const own = groups.find(({ id }) => id === groupId);
      const circle = own && circleOf(own, groups);
      if (!own || !circle) return;
      throw new MusterError(
        'conflict',
        `${own.name} may not carry these tags, because it would stand on itself: ${circle.join(' → ')}. Let its query ask for something else.`,
        { field: 'tags', circle },
      );
    },
  };
}

/** The smart groups of an organisation; one whose query no longer reads names nobody. */
async function others(deps: MembershipDeps, tx: Tx, orgId: OrgId): Promise<Named[]> {
  const rows = await readSmartGroups(tx, orgId);
  return rows.flatMap(({ id, name, query, carries, around }) => {
    try {
      return [{ id, name, carries, around, plan: deps.queries.within([orgId]).compile(query).plan }];
    } catch {
      return [];
    }
  });
}

type Preview = Awaited<ReturnType<SmartGroupPort['preview']>>;
type PreviewInput = Parameters<SmartGroupPort['preview']>[1];

/** How many devices a query means, and who would enter and leave the group that it is for. */
async function preview(deps: MembershipDeps, actor: Actor, input: PreviewInput): Promise<Preview> {
  const scope = requirePermission(actor, 'groups:read');
  const { plan } = deps.queries.within(input.orgId ? [input.orgId] : scope.orgIds).compile(input.query);
  const own = input.orgId ? `organisation.id = ${input.orgId} and (${input.query})` : input.query;
  const counts = await deps.database.transaction(scope, async (tx) => {
    const matching = await deps.count(tx, scope, own);
    const members = input.groupId ? await countMembers(tx, input.groupId) : 0;
    const staying = input.groupId ? await deps.count(tx, scope, await both(tx, input.groupId, own)) : 0;
    return { matching, entering: matching - staying, leaving: members - staying };
  });
  const sample = await deps.list(actor, own);
  const fields = fieldsOf(plan).map(({ name, authority, describe }) => ({ name, authority, describe }));
  return { ...counts, sample: [...sample], fields };
}

async function countMembers(tx: Tx, groupId: GroupId): Promise<number> {
  const { rows } = await tx.execute<{ count: number }>(sql`
    select count(*)::int as count from smart_members m join devices d on d.id = m.device_id
    where m.group_id = ${groupId} and d.deleted_at is null`);
  return rows[0]?.count ?? 0;
}

/** The query for devices that match and are in the group already. */
async function both(tx: Tx, groupId: GroupId, query: string): Promise<string> {
  const { rows } = await tx.execute<{ name: string }>(
    sql`select name from groups where id = ${groupId} and deleted_at is null`,
  );
  const [group] = rows;
  if (!group) throw new MusterError('not_found', 'There is no such group.', { groupId });
  return `group = ${JSON.stringify(group.name)} and (${query})`;
}
