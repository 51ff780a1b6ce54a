import { describeIssues, EVENTS, MusterError } from '@muster/contracts';
import type { NewEvent } from '../../platform/bus/event-port.ts';
import type { Tx } from '../../platform/db/index.ts';
import { newId } from '../../platform/new-id.ts';
import { insertIntoOutbox, type OutboxRow } from './db/outbox.ts';

/** Checks the events against the catalogue and writes them to the outbox, in the caller's transaction. */
export async function appendEvents(tx: Tx, events: readonly NewEvent[], now: Date): Promise<void> {
  if (events.length === 0) return;
  await insertIntoOutbox(
    tx,
    events.map((event) => toOutboxRow(event, now)),
  );
}

function toOutboxRow(event: NewEvent, now: Date): OutboxRow {
  const entry = EVENTS[event.type];
  const payload = entry.payload.safeParse(event.payload);
  if (!payload.success) {
    throw new MusterError(
      'invalid_input',
      `The event ${event.type} does not fit its catalogue entry: ${describeIssues(payload.error.issues, 'it')}.`,
      { type: event.type },
      payload.error,
    );
  }
  return {
    id: newId(),
    orgId: event.orgId,
    type: event.type,
    version: entry.version,
    subjectId: event.subjectId,
    priority: entry.priority,
    payload: payload.data,
    actor: event.actor ?? null,
    occurredAt: now,
  };
}
