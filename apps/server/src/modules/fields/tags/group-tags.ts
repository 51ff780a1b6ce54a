import { type GroupId, type GroupTags, MusterError, type OrgId } from '@muster/contracts';
import { type SQL, sql } from 'drizzle-orm';
import { type Actor, coversOrg, requirePermission, type Scope, wholeOrgs } from '../../../platform/actor.ts';
import { type Tx, uuids } from '../../../platform/db/index.ts';
import { demandCurrent, etagOf } from '../../../platform/http/index.ts';
import type { FieldsDeps } from '../fields-deps.ts';
import { retagFew } from './retag-members.ts';

type TaggedGroup = {
  readonly id: GroupId;
  readonly orgId: OrgId;
  readonly name: string;
  readonly isSmart: boolean;
  readonly version: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly change: GroupTags['change'];
};

type Wanted = { readonly groupId: GroupId };

/** A group carries at most so many tags. */
const MOST_TAGS = 50;

/** The tags that a group carries; none of a static one. */
export async function groupTags(deps: FieldsDeps, actor: Actor, input: Wanted): Promise<GroupTags> {
  const scope = requirePermission(actor, 'groups:read');
  return toGroupTags(await deps.database.transaction(scope, (tx) => getGroup(tx, scope, input)));
}

type SetInput = Wanted & {
  readonly tags: Readonly<Record<string, string>>;
  readonly ifMatch: string | undefined;
};

/**
 * Says which tags a smart group carries. Its members have them when this answers where they are few, else page by page
 * afterwards.
 */
export async function setGroupTags(deps: FieldsDeps, actor: Actor, input: SetInput): Promise<GroupTags> {
  const scope = requirePermission(actor, 'groups:manage');
  if (!input.ifMatch)
    throw new MusterError('precondition_required', 'Send If-Match with the etag of the group last read.');
  if (Object.keys(input.tags).length > MOST_TAGS)
    throw new MusterError('invalid_input', `A group carries at most ${MOST_TAGS} tags.`, { field: 'tags' });
  await deps.database.transaction(scope, async (tx) => {
    await tx.execute(sql`select from groups where id = ${input.groupId}::uuid for no key update`);
    const before = await getGroup(tx, scope, input);
    demandOwn(scope, before);
    demandCurrent(before.version, input.ifMatch, before.name);
    await takeTurn(tx, before.orgId);
    const added = except(input.tags, before.tags);
    const removed = except(before.tags, input.tags);
    await writeTags(tx, before, { added, removed });
    if (Object.keys(added).length > 0) {
      await deps.groups.demandNoCircle(tx, before.orgId, before.id);
      await deps.demandSoundPolicies(tx, before.orgId);
    }
    const after = await getGroup(tx, scope, input);
    await deps.audit.append(tx, {
      by: actor,
      orgId: before.orgId,
      action: 'group.tags_changed',
      target: { kind: 'group', id: before.id, name: before.name },
      before: { tags: before.tags },
      after: { tags: after.tags },
    });
  });
  await retagFew(deps, input.groupId);
  return toGroupTags(await deps.database.transaction(scope, (tx) => getGroup(tx, scope, input)));
}

/** Two groups that get tags at once could make a circle that neither sees. */
async function takeTurn(tx: Tx, orgId: OrgId): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`group tags ${orgId}`}, 0))`);
}

function demandOwn(scope: Scope, group: TaggedGroup): void {
  if (!coversOrg(scope, group.orgId))
    throw new MusterError(
      'forbidden',
      `Changing ${group.name} needs groups:manage in its whole organisation.`,
      {
        permission: 'groups:manage',
      },
    );
  if (!group.isSmart)
    throw new MusterError('conflict', `${group.name} is a static group; only a smart one carries tags.`, {
      groupId: group.id,
    });
}

/** What of `tags` the others lack, or have with another value. */
function except(tags: TaggedGroup['tags'], others: TaggedGroup['tags']): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([key, value]) => others[key] !== value));
}

type TagChange = { readonly added: TaggedGroup['tags']; readonly removed: TaggedGroup['tags'] };

async function writeTags(tx: Tx, group: TaggedGroup, { added, removed }: TagChange): Promise<void> {
  if (Object.keys(removed).length > 0)
    await tx.execute(sql`
      delete from group_tags where group_id = ${group.id} and key in (select jsonb_object_keys(${JSON.stringify(removed)}::jsonb))`);
  if (Object.keys(added).length > 0)
    await tx.execute(sql`
      insert into group_tags (group_id, org_id, key, value)
      select ${group.id}::uuid, ${group.orgId}::uuid, key, value from jsonb_each_text(${JSON.stringify(added)}::jsonb)`);
  await tx.execute(sql`update groups set version = version + 1 where id = ${group.id}`);
  if (Object.keys({ ...added, ...removed }).length === 0) return;
  await tx.execute(
    sql`update group_retags set tags_before = ${JSON.stringify(group.tags)}::jsonb where group_id = ${group.id}`,
  );
}

async function getGroup(tx: Tx, scope: Scope, { groupId }: Wanted): Promise<TaggedGroup> {
  const named = scope.deviceId ? [] : (scope.only?.groupIds ?? []);
  const { rows } = await tx.execute<TaggedGroup>(sql`
    select g.id, g.org_id as "orgId", g.name, g.query is not null as "isSmart", g.version, ${TAGS} as tags, ${CHANGE} as change
    from groups g where g.id = ${groupId}::uuid and g.deleted_at is null
      and (g.org_id = any (${uuids(wholeOrgs(scope))}) or g.id = any (${uuids(named)}))`);
  const [group] = rows;
  if (!group) throw new MusterError('not_found', 'There is no such group.', { groupId });
  return group;
}

const TAGS: SQL = sql`(
  select coalesce(jsonb_object_agg(t.key, t.value), '{}') from group_tags t where t.group_id = g.id)`;

const iso = (column: string): SQL =>
  sql.raw(`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);

const CHANGE: SQL = sql`(
  select jsonb_build_object('askedAt', ${iso('r.asked_at')}, 'before', r.tags_before,
    'devices', case when r.finished_at is null then greatest(r.total, r.looked) else r.looked end,
    'looked', r.looked, 'changed', r.changed, 'finishedAt', ${iso('r.finished_at')})
  from group_retags r where r.group_id = g.id)`;

function toGroupTags({ id, tags, change, version }: TaggedGroup): GroupTags {
  return { groupId: id, tags, change, etag: etagOf(version) };
}
