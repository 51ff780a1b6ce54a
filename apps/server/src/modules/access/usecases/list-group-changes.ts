import { type DeviceId, type GroupId, MusterError } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import { type Actor, requirePermission } from '../../../platform/actor.ts';
import { deviceInScope } from '../../../platform/db/index.ts';
import type { AccessDeps } from '../access-deps.ts';
import { getGroup } from './create-group.ts';

export type GroupChange = {
  readonly at: string;
  readonly change: 'entered' | 'left';
  readonly deviceId: DeviceId;
  readonly deviceName: string;
};
type Row = GroupChange & { readonly position: string };

const POSITION = /^\d{1,18}$/;

/** Who entered a smart group and who left it, the newest first, of the devices in scope. */
export async function listGroupChanges(
  deps: AccessDeps,
  actor: Actor,
  { groupId, cursor, limit }: { groupId: GroupId; cursor?: string | undefined; limit: number },
): Promise<{ items: GroupChange[]; next: string | null }> {
  const scope = requirePermission(actor, 'groups:read');
  if (cursor !== undefined && !POSITION.test(cursor))
    throw new MusterError('invalid_input', 'The cursor is not one that this list gave out.', { cursor });
  return deps.database.transaction(scope, async (tx) => {
    await getGroup(tx, scope, groupId);
    const { rows } = await tx.execute<Row>(sql`
      select e.position::text as position, d.id as "deviceId", coalesce(d.display_name, d.hostname) as "deviceName",
        case e.type when 'device.group_entered' then 'entered' else 'left' end as change,
        to_char(e.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
      from event_log e join devices d on d.id = e.subject_id
      where e.type in ('device.group_entered', 'device.group_left') and e.payload ->> 'groupId' = ${groupId}
        and ${deviceInScope(scope)} and ${cursor === undefined ? sql`true` : sql`e.position < ${cursor}::bigint`}
      order by e.position desc limit ${limit + 1}`);
    const shown = rows.slice(0, limit);
    return {
      items: shown.map(({ position: _, ...change }) => change),
      next: rows.length > limit ? (shown.at(-1)?.position ?? null) : null,
    };
  });
}
