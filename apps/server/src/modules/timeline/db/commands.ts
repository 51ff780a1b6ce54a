import { COMMANDS } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import type { Scope } from '../../../platform/actor.ts';
import { type Tx, uuids } from '../../../platform/db/index.ts';
import { settingValue } from '../../../platform/settings/index.ts';
import { type CommandRow, wordsOfCommand } from '../domain/command-words.ts';
import { type Placed, RANKS, UUIDS } from '../domain/place.ts';
import { microseconds, type SourcePage, within } from './source.ts';

type Row = CommandRow & { readonly requestedBy: string | null; readonly atUs: number };

const ORDER = { at: sql`c.created_at`, id: sql`c.id`, type: sql`uuid`, rank: RANKS.command, ids: UUIDS };

/** Whoever opens a device's processes asks for a list of them: that changes nothing, and would bury what does. */
const LOOKS = sql`(${JSON.stringify(
  Object.values(COMMANDS).flatMap(({ name, risk }) => (risk === 'read' ? [name] : [])),
)}::jsonb)`;

/** Commands of a device at the moment they were asked for, each as it stands now; looks only where somebody said why. */
export async function readCommands(tx: Tx, scope: Scope, page: SourcePage): Promise<Placed[]> {
  const days = await settingValue(tx, 'commands.retentionDays');
  const { rows } = await tx.execute<Row>(sql`
    select c.id, c.name, c.state, c.payload, c.error_message as "errorMessage", c.reason,
      c.requested_by_name as "requestedBy", ${microseconds(sql`c.created_at`)} as "atUs"
    from commands c
    where c.device_id = ${page.deviceId}::uuid and c.org_id = any (${uuids(scope.orgIds)})
      and (c.ended_at is null or c.ended_at >= now() - make_interval(days => ${days}))
      and (c.reason is not null or not ${LOOKS} ? c.name) and ${within(page, ORDER)}
    order by c.created_at desc, c.id desc limit ${page.limit}`);
  return rows.map((row) => ({
    place: { atUs: row.atUs, rank: RANKS.command, id: row.id },
    entry: {
      id: `command:${row.id}`,
      at: new Date(row.atUs / 1_000).toISOString(),
      kind: 'command',
      ...wordsOfCommand(row),
      actor: row.requestedBy,
    },
  }));
}
