import type { OrgId } from '@muster/contracts';
import { AuditContent } from '@muster/contracts/audit';
import { sql } from 'drizzle-orm';
import { type Tx, uuids } from '../../../platform/db/index.ts';
import { wordsOfAudit } from '../domain/audit-words.ts';
import { type Placed, RANKS, UUIDS } from '../domain/place.ts';
import { nameSites } from './site-names.ts';
import { microseconds, type SourcePage, within } from './source.ts';

type Row = { id: string; orgId: string; index: string; action: string; content: string | null; atUs: number };

const ORDER = { at: sql`l.occurred_at`, id: sql`l.id`, type: sql`uuid`, rank: RANKS.audit, ids: UUIDS };

/** What organisations may be read, and whether commands are told as themselves. */
export type AuditPage = SourcePage & { readonly orgIds: readonly OrgId[]; readonly withCommands: boolean };

/** Rows of the audit log about a device. A command that was asked for is one entry, not two. */
export async function readAuditRows(tx: Tx, page: AuditPage): Promise<Placed[]> {
  const others = page.withCommands ? sql`true` : sql`l.action <> 'command.requested'`;
  const { rows } = await tx.execute<Row>(sql`
    select l.id, l.org_id as "orgId", l.leaf_index::text as index, l.action, l.content,
      ${microseconds(sql`l.occurred_at`)} as "atUs"
    from audit_log l
    where l.target_id = ${page.deviceId} and l.org_id = any (${uuids(page.orgIds)}) and ${others} and ${within(page, ORDER)}
    order by l.occurred_at desc, l.id desc limit ${page.limit}`);
  const contents = await nameSites(tx, rows.map(contentOf));
  return rows.map((row, at) => ({
    place: { atUs: row.atUs, rank: RANKS.audit, id: row.id },
    entry: {
      id: `audit:${row.id}`,
      at: new Date(row.atUs / 1_000).toISOString(),
      kind: 'audit',
      ...wordsOfAudit(contents[at], row.action, `/audit/${row.orgId}/${row.index}`),
    },
  }));
}

/** Undefined where it was erased. */
function contentOf({ content }: Row): AuditContent | undefined {
  return content === null ? undefined : AuditContent.parse(JSON.parse(content));
}
