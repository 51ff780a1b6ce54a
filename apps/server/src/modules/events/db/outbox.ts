import type { EventType } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import type { Tx } from '../../../platform/db/index.ts';

/** An event as the outbox holds it: validated, with id and time, without a position. */
export type OutboxRow = {
  readonly id: string;
  readonly orgId: string;
  readonly type: EventType;
  readonly version: number;
  readonly subjectId: string;
  readonly priority: string;
  readonly payload: unknown;
  readonly actor: string | null;
  readonly occurredAt: Date;
};

/** Writes the rows in the caller's transaction, in the order given. */
export async function insertIntoOutbox(tx: Tx, rows: readonly OutboxRow[]): Promise<void> {
  await tx.execute(sql`
    insert into event_outbox (id, org_id, type, version, subject_id, priority, payload, actor, occurred_at)
    select id, org_id, type, version, subject_id, priority, payload, actor, occurred_at
    from jsonb_to_recordset(${JSON.stringify(rows.map(toRecord))}::jsonb) as r(id uuid, org_id uuid, type text,
      version int, subject_id uuid, priority text, payload jsonb, actor text, occurred_at timestamptz)`);
}

function toRecord(row: OutboxRow) {
  return {
    id: row.id,
    org_id: row.orgId,
    type: row.type,
    version: row.version,
    subject_id: row.subjectId,
    priority: row.priority,
    payload: row.payload,
    actor: row.actor,
    occurred_at: row.occurredAt.toISOString(),
  };
}
