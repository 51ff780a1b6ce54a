import { sql } from 'drizzle-orm';
import type { Tx } from '../../../platform/db/index.ts';
import { ANSWER_GRACE_MS, oldestOpenAt } from '../domain/clocks.ts';
import { firstIdAt } from '../domain/months.ts';

/** A device that can take commands now: those above a sequence, at most so many. */
export type HandOverRequest = { readonly deviceId: string; readonly after: bigint; readonly limit: number };

/** A command to hand over: its bytes, or (`isCancel`) the wish to stop it. */
export type HandOver = {
  readonly id: string;
  readonly deviceId: string;
  readonly sequence: bigint;
  readonly envelope: Uint8Array;
  readonly isCancel: boolean;
  /** It was waiting until now; false when it is being sent again. */
  readonly isFirst: boolean;
};

type Row = {
  id: string;
  device_id: string;
  sequence: string;
  envelope: Buffer;
  state: string;
  is_first: boolean;
};

/**
 * Finds what waits for the devices, in order of sequence, and marks it as sent, all devices in one statement. Commands
 * that were sent and not confirmed come again, also after their deadline: the endpoint knows what became of them.
 * Commands that the endpoint holds get a minute to be answered, now that it is back. Locked in the order of their ids, as
 * what endpoints say of them locks them: the two never wait for each other in a circle.
 */
export async function markHandedOver(
  tx: Tx,
  requests: readonly HandOverRequest[],
  now: Date,
): Promise<HandOver[]> {
  const asked = JSON.stringify(
    requests.map((r) => ({ device_id: r.deviceId, after: r.after.toString(), most: r.limit })),
  );
  const at = sql`${now.toISOString()}::timestamptz`;
  // Without it, each of the ledger's months would be asked.
  const oldest = sql`${firstIdAt(oldestOpenAt(now))}::uuid`;
  const grace = sql`${ANSWER_GRACE_MS} * interval '1 ms'`;
  const deliverable = sql`(c.ended_at is null
    and (c.state in ('sent', 'cancelling') or (c.state = 'queued' and c.deliver_by > ${at})))`;
  const unanswered = sql`(c.ended_at is null and c.state in ('received', 'running') and c.due_at < ${at} + ${grace})`;
  const { rows } = await tx.execute<Row>(sql`
    with asked as (
      select * from jsonb_to_recordset(${asked}::jsonb) as r(device_id uuid, after bigint, most int)
    ), found as (
      select f.id from asked a cross join lateral (
        select c.id from commands c
        where c.device_id = a.device_id and c.id >= ${oldest} and c.sequence > a.after and ${deliverable}
        order by c.sequence limit a.most
      ) f
      union all
      select c.id from asked a join commands c on c.device_id = a.device_id where c.id >= ${oldest} and ${unanswered}
    ), locked as materialized (
      select c.id, c.device_id, c.sequence, c.envelope, c.state from commands c
      where c.id = any (array(select id from found)) and c.id >= ${oldest} and (${deliverable} or ${unanswered})
      order by c.id for update
    ), marked as (
      update commands c set state = 'sent', sent_at = ${at}, due_at = c.deliver_by + ${grace}
      from locked l where c.id = l.id and c.id >= ${oldest} and l.state = 'queued' and c.state = 'queued'
      returning c.id
    ), held as (
      update commands c set due_at = ${at} + ${grace}
      from locked l where c.id = l.id and c.id >= ${oldest} and l.state in ('received', 'running')
    )
    select l.id, l.device_id, l.sequence, l.envelope, l.state, m.id is not null as is_first
    from locked l left join marked m on m.id = l.id
    where l.state in ('sent', 'cancelling') or m.id is not null
    order by l.device_id, l.sequence`);
  return rows.map((row) => ({
    id: row.id,
    deviceId: row.device_id,
    sequence: BigInt(row.sequence),
    envelope: new Uint8Array(row.envelope),
    isCancel: row.state === 'cancelling',
    isFirst: row.is_first,
  }));
}

/** Puts commands back in the queue whose socket turned out to be gone; those that were confirmed meanwhile stay. */
export async function returnToQueue(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.execute(sql`
    update commands set state = 'queued', sent_at = null, due_at = deliver_by
    where id = any (${`{${ids.join(',')}}`}::uuid[]) and state = 'sent'`);
}
