import { sql } from 'drizzle-orm';
import type { Tx } from '../../../platform/db/index.ts';
import { storableText } from '../../../platform/storable-text.ts';
import type { OutboxRow } from '../domain/to-row.ts';

/** What is searched for is shortened; what is proven is not. */
const searchable = (text: string | null) => (text === null ? null : storableText(text, 254));
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** Writes the rows in the caller's transaction, in the order given. */
export async function insertIntoOutbox(tx: Tx, rows: readonly OutboxRow[]): Promise<void> {
  await tx.execute(sql`
    insert into audit_outbox (id, org_id, occurred_at, who_id, who_name, action, target_id, target_name, success,
      content, salt, content_hash)
    select id, org_id, occurred_at, who_id, who_name, action, target_id, target_name, success, content,
      decode(salt, 'hex'), decode(content_hash, 'hex')
    from jsonb_to_recordset(${JSON.stringify(rows.map(toRecord))}::jsonb) as r(id uuid, org_id uuid,
      occurred_at timestamptz, who_id text, who_name text, action text, target_id text, target_name text,
      success boolean, content text, salt text, content_hash text)`);
}

function toRecord({ id, orgId, content, text, salt, hash }: OutboxRow) {
  const { who, target, action, success, at } = content;
  return {
    id,
    org_id: orgId,
    occurred_at: at,
    who_id: searchable(who.id),
    who_name: searchable(who.name),
    action,
    target_id: searchable(target.id),
    target_name: searchable(target.name),
    success,
    content: text,
    salt: hex(salt),
    content_hash: hex(hash),
  };
}
