import { type DeviceId, type DeviceTag, type GroupId, MusterError } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import { type Actor, requirePermission } from '../../../platform/actor.ts';
import { deviceInScope } from '../../../platform/db/index.ts';
import type { FieldsDeps } from '../fields-deps.ts';

type Said = {
  readonly key: string;
  readonly value: string;
  /** Null for a tag that was set by hand. */
  readonly groupId: GroupId | null;
  readonly groupName: string | null;
};

/** The tags of a device, what said each, and what that overrode, the one with most weight first. */
export async function deviceTags(
  deps: FieldsDeps,
  actor: Actor,
  { deviceId }: { readonly deviceId: DeviceId },
): Promise<DeviceTag[]> {
  const scope = requirePermission(actor, 'devices:read');
  const rows = await deps.database.transaction(scope, async (tx) => {
    const found = await tx.execute(
      sql`select from devices d where d.id = ${deviceId} and d.deleted_at is null and ${deviceInScope(scope)}`,
    );
    if (found.rows.length === 0) throw new MusterError('not_found', 'There is no such device.', { deviceId });
    const said = await tx.execute<Said>(sql`
      select x.key, x.value, x."groupId", x."groupName" from (
        select t.key, t.value, null::uuid as "groupId", null as "groupName", null::int as priority
        from devices d, jsonb_each_text(d.tags) t where d.id = ${deviceId}
        union all
        select t.key, t.value, g.id, g.name, g.priority
        from smart_members m join groups g on g.id = m.group_id and g.deleted_at is null
        join group_tags t on t.group_id = g.id where m.device_id = ${deviceId}) x
      order by x.key, x.priority desc nulls first, x."groupId"`);
    return said.rows;
  });
  const byKey = new Map<string, Said[]>();
  for (const row of rows) byKey.set(row.key, [...(byKey.get(row.key) ?? []), row]);
  return [...byKey.values()].flatMap(([first, ...rest]) => (first ? [toTag(first, rest)] : []));
}

function toTag({ key, value, groupId, groupName }: Said, rest: readonly Said[]): DeviceTag {
  return {
    key,
    value,
    origin: groupId ? { kind: 'group', groupId, groupName: groupName ?? '' } : { kind: 'hand' },
    overrode: rest.flatMap((other) =>
      other.groupId ? [{ groupId: other.groupId, groupName: other.groupName ?? '', value: other.value }] : [],
    ),
  };
}
