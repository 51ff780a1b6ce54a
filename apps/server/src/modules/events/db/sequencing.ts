import { sql } from 'drizzle-orm';
import type { Tx } from '../../../platform/db/index.ts';

/** How long the log keeps events. Whole months are dropped once their last event is older. */
export const EVENT_RETENTION_DAYS = 400;

/**
 * Moves up to `limit` committed rows from the outbox into the log, giving them the next positions, in one statement.
 * Only while the lease is held. Returns how many it moved. An array and no join: statistics that were
 * taken while the outbox was empty make a join compare each row that waits with each that is moved.
 */
export async function sequenceBatch(tx: Tx, limit: number): Promise<number> {
  const { rows } = await tx.execute<{ moved: number }>(sql`
    with moved as (
      delete from event_outbox where seq = any (array(select seq from event_outbox order by seq limit ${limit})) returning *
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

/** Makes the partitions that events of this moment (or of `at`) and of the coming weeks need. */
export async function makeEventPartitions(tx: Tx, at?: Date): Promise<void> {
  const moment = at ? sql`${at.toISOString()}::timestamptz` : sql`now()`;
  await tx.execute(sql`
    select muster.make_event_partitions(${moment} - interval '1 day', ${moment} + interval '45 days')`);
}

/**
 * Drops the oldest month if retention has passed it; returns the names of what was dropped. Never more than that month: a
 * clock that jumps ahead by years must not cost the log.
 */
export async function dropOldEventPartition(tx: Tx, now: Date): Promise<string[]> {
  const { rows } = await tx.execute<{ name: string }>(sql`
    select muster.drop_event_partitions(least(oldest.until,
      ${now.toISOString()}::timestamptz - ${EVENT_RETENTION_DAYS} * interval '1 day')) as name
    from (
      select (to_date(right(min(c.relname), 6), 'YYYYMM')::timestamp + interval '1 month') at time zone 'UTC' as until
      from pg_inherits join pg_class c on c.oid = inhrelid where inhparent = 'event_log'::regclass
    ) oldest`);
  return rows.map((row) => row.name);
}
