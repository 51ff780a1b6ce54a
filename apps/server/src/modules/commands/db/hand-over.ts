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
 * Commands that the endpoint holds get a minute to be answered, now that it is back.
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
  const { rows } = await tx.execute<Row>(sql`
    with asked as (
      select * from jsonb_to_recordset(${asked}::jsonb) as r(device_id uuid, after bigint, most int)
    ), waiting as materialized (
      select c.* from asked a cross join lateral (
        select id, device_id, sequence, envelope, state from commands
        where device_id = a.device_id and ended_at is null and id >= ${oldest} and sequence > a.after
          and (state in ('sent', 'cancelling') or (state = 'queued' and deliver_by > ${at}))
        order by sequence limit a.most for update
      ) c
    ), marked as (
      update commands c set state = 'sent', sent_at = ${at}, due_at = c.deliver_by + ${grace}
      from waiting w where c.id = w.id and c.id >= ${oldest} and w.state = 'queued' and c.state = 'queued'
      returning c.id
    ), held as (
      update commands c set due_at = ${at} + ${grace} from asked a
      where c.device_id = a.device_id and c.id >= ${oldest} and c.state in ('received', 'running')
        and c.due_at < ${at} + ${grace}
    )
    select w.id, w.device_id, w.sequence, w.envelope, w.state, m.id is not null as is_first
    from waiting w left join marked m on m.id = w.id
    where w.state <> 'queued' or m.id is not null
    order by w.device_id, w.sequence`);
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
