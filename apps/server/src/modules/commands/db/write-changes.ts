import { sql } from 'drizzle-orm';
import type { Tx } from '../../../platform/db/index.ts';
import type { CommandChange } from '../domain/command-record.ts';

/**
 * Writes the changes in one statement, each only where the row is still in the state that the decision was made on.
 * The range of ids spares a look into other months. Throws when one was not: whoever decides holds the rows' locks, so that would be a fault.
 */
export async function writeChanges(tx: Tx, changes: readonly CommandChange[]): Promise<void> {
  const ids = changes.map(({ to }) => to.id).sort();
  if (ids.length === 0) return;
  const { rows } = await tx.execute(sql`
    update commands c set
      state = u.to_state, sent_at = u.sent_at, received_at = u.received_at, started_at = u.started_at,
      ended_at = u.ended_at, due_at = u.due_at, result = coalesce(u.result, c.result),
      error_code = coalesce(u.error_code, c.error_code), error_message = coalesce(u.error_message, c.error_message)
    from jsonb_to_recordset(${JSON.stringify(changes.map(toRecord))}::jsonb) as u(id uuid, from_state text,
      to_state text, sent_at timestamptz, received_at timestamptz, started_at timestamptz, ended_at timestamptz,
      due_at timestamptz, result jsonb, error_code text, error_message text)
    where c.id = u.id and c.id between ${ids[0]}::uuid and ${ids.at(-1)}::uuid and c.state = u.from_state
    returning c.id`);
  if (rows.length !== changes.length) {
    throw new Error(
      `${changes.length - rows.length} of ${changes.length} commands changed under their lock.`,
    );
  }
}

function toRecord({ from, to, outcome }: CommandChange) {
  return {
    id: to.id,
    from_state: from,
    to_state: to.state,
    sent_at: to.sentAt,
    received_at: to.receivedAt,
    started_at: to.startedAt,
    ended_at: to.endedAt,
    due_at: to.dueAt,
    result: outcome?.result,
    error_code: outcome?.error?.code,
    error_message: outcome?.error?.message,
  };
}
