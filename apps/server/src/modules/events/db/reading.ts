import type { EventType } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import type { SequencedEvent } from '../../../platform/bus/event-port.ts';
import type { Tx } from '../../../platform/db/index.ts';

type LogRow = {
  position: string;
  id: string;
  org_id: string;
  type: EventType;
  version: number;
  subject_id: string;
  payload: unknown;
  actor: string | null;
  occurred_ms: string;
};

/** Events above a position, in order. Readers go by position only; below the newest they see, none is missing. */
export async function readEventsAfter(tx: Tx, position: bigint, limit: number): Promise<SequencedEvent[]> {
  const { rows } = await tx.execute<LogRow>(sql`
    select position, id, org_id, type, version, subject_id, payload, actor,
      round(extract(epoch from occurred_at) * 1000) as occurred_ms
    from event_log where position > ${position.toString()}::bigint order by position limit ${limit}`);
  return rows.map(fromLogRow);
}

/** The last position given. */
export async function readHead(tx: Tx): Promise<bigint> {
  const { rows } = await tx.execute<{ position: string }>(sql`select position from event_sequencer`);
  return BigInt(rows[0]?.position ?? 0);
}

/**
 * Locks the cursor of a durable subscriber for the transaction. A new subscriber starts at the present. Undefined while
 * another node works on it.
 */
export async function lockCursor(tx: Tx, name: string): Promise<bigint | undefined> {
  await tx.execute(sql`
    insert into event_cursors (name, position) select ${name}, position from event_sequencer
    where not exists (select from event_cursors where name = ${name}) on conflict do nothing`);
  const { rows } = await tx.execute<{ position: string }>(sql`
    select position from event_cursors where name = ${name} for update skip locked`);
  return rows[0] && BigInt(rows[0].position);
}

/** Says that the subscriber has dealt with everything up to a position. */
export async function moveCursor(tx: Tx, name: string, position: bigint): Promise<void> {
  await tx.execute(sql`
    update event_cursors set position = ${position.toString()}::bigint, updated_at = now() where name = ${name}`);
}

function fromLogRow(row: LogRow): SequencedEvent {
  // What the log holds was validated against the catalogue before it was written.
  return {
    position: BigInt(row.position),
    id: row.id,
    orgId: row.org_id,
    type: row.type,
    version: row.version,
    subjectId: row.subject_id,
    payload: row.payload,
    ...(row.actor === null ? {} : { actor: row.actor }),
    occurredAt: new Date(Number(row.occurred_ms)),
  } as SequencedEvent;
}
