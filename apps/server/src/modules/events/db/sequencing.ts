import { sql } from 'drizzle-orm';
import type { Tx } from '../../../platform/db/index.ts';

/** How long the log keeps events. Whole months are dropped once their last event is older. */
export const EVENT_RETENTION_DAYS = 400;

/**
 * Takes or renews the lease and locks the sequencer's row until the end of the transaction. False while another holder's
 * lease runs. The lock, not the lease, is what keeps two sequencers from overlapping; the lease keeps them from competing.
 */
export async function holdLease(tx: Tx, holder: string, leaseMs: number): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    update event_sequencer set holder = ${holder}, lease_until = clock_timestamp() + ${leaseMs} * interval '1 ms'
    where holder = ${holder} or lease_until < clock_timestamp()
    returning 1`);
  return rows.length === 1;
}

/** Gives the lease back, so that another node need not wait for its end. */
export async function releaseLease(tx: Tx, holder: string): Promise<void> {
  await tx.execute(sql`
    update event_sequencer set holder = '', lease_until = '-infinity' where holder = ${holder}`);
}

/**
 * Moves up to `limit` committed rows from the outbox into the log, giving them the next positions, in one statement.
 * Only after holdLease in the same transaction. Returns how many it moved.
 */
export async function sequenceBatch(tx: Tx, limit: number): Promise<number> {
  const { rows } = await tx.execute<{ moved: number }>(sql`
    with moved as (
      delete from event_outbox where seq in (select seq from event_outbox order by seq limit ${limit}) returning *
    ), logged as (
      insert into event_log (position, id, org_id, type, version, subject_id, priority, payload, actor, occurred_at,
        sequenced_at)
      select s.position + row_number() over (order by m.seq), m.id, m.org_id, m.type, m.version, m.subject_id,
        m.priority, m.payload, m.actor, m.occurred_at, now()
      from moved m cross join event_sequencer s
      returning 1
    ), counted as (select count(*)::int as moved from logged), advanced as (
      update event_sequencer s set position = s.position + c.moved from counted c where c.moved > 0 returning 1
    )
    select moved from counted`);
  return rows[0]?.moved ?? 0;
}

/** Makes the partitions that events of `now` and of the coming weeks need. */
export async function makeEventPartitions(tx: Tx, now: Date): Promise<void> {
  await tx.execute(sql`
    select muster.make_event_partitions(${now.toISOString()}::timestamptz - interval '1 day',
      ${now.toISOString()}::timestamptz + interval '45 days')`);
}

/** Drops the months that retention has passed; returns the names of their partitions. */
export async function dropOldEventPartitions(tx: Tx, now: Date): Promise<string[]> {
  const { rows } = await tx.execute<{ name: string }>(sql`
    select muster.drop_event_partitions(
      ${now.toISOString()}::timestamptz - ${EVENT_RETENTION_DAYS} * interval '1 day') as name`);
  return rows.map((row) => row.name);
}
