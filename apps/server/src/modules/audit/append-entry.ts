import type { AuditEntry } from '../../platform/bus/audit-port.ts';
import type { Tx } from '../../platform/db/index.ts';
import { insertIntoOutbox } from './db/outbox.ts';
import { toRow } from './domain/to-row.ts';

/** Writes the entry to the outbox, in the caller's transaction. */
export async function appendEntry(tx: Tx, entry: AuditEntry, now: Date): Promise<void> {
  await insertIntoOutbox(tx, toRow(entry, now));
}
