import { sql } from 'drizzle-orm';
import type { Tx } from '../../../platform/db/index.ts';
import type { OutboxRow } from '../domain/to-row.ts';

/** PostgreSQL's text has no NUL; what is searched for is shortened, what is proven is not. */
const searchable = (text: string | null) => text?.replaceAll('\0', '').slice(0, 254) ?? null;

/** Writes the row in the caller's transaction. */
export async function insertIntoOutbox(tx: Tx, row: OutboxRow): Promise<void> {
  const { who, target, action, success, at } = row.content;
  await tx.execute(sql`
    insert into audit_outbox (id, org_id, occurred_at, who_id, who_name, action, target_id, target_name, success,
      content, salt, content_hash)
    values (${row.id}, ${row.orgId}, ${at}, ${searchable(who.id)}, ${searchable(who.name)}, ${action},
      ${searchable(target.id)}, ${searchable(target.name)}, ${success}, ${row.text}, ${Buffer.from(row.salt)},
      ${Buffer.from(row.hash)})`);
}
