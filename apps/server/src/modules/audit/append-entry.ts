import type { AuditEntry } from '../../platform/bus/audit-port.ts';
import type { Tx } from '../../platform/db/index.ts';
import { insertIntoOutbox } from './db/outbox.ts';
import { toRow } from './domain/to-row.ts';

/** Writes the entry to the outbox, in the caller's transaction. */
export async function appendEntry(tx: Tx, entry: AuditEntry, now: Date): Promise<void> {
  await appendEntries(tx, [entry], now);
}

/** The same for several, in one statement. */
export async function appendEntries(tx: Tx, entries: readonly AuditEntry[], now: Date): Promise<void> {
  if (entries.length === 0) return;
  await insertIntoOutbox(
    tx,
    entries.map((entry) => toRow(entry, now)),
  );
}
