import { type AuditRow, MusterError } from '@muster/contracts';
import { AuditContent, toBase64 } from '@muster/contracts/audit';
import type { Person } from '../../../platform/http/index.ts';
import { type AuditUseCaseDeps, logScope } from '../audit-deps.ts';
import { countRows, findRows, type LogFilter, type LogRow, readRows } from '../db/reading.ts';
import { logOf } from '../domain/notes.ts';

/** Counting stops here; a larger number is told as inexact. */
const MOST_COUNTED = 1_000;

export type ListRowsInput = LogFilter & {
  readonly log?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
};
export type RowPage = {
  items: AuditRow[];
  next: string | null;
  count?: { value: number; exact: boolean };
};

/** Rows that match, newest first. The cursor is the position of the last row of the page before. */
export async function listRows(
  { database }: AuditUseCaseDeps,
  actor: Person,
  { log, cursor, limit, ...filter }: ListRowsInput,
): Promise<RowPage> {
  if (cursor !== undefined && !/^\d{1,18}$/.test(cursor)) {
    throw new MusterError('invalid_input', 'The cursor is not one that this list gave out.', { cursor });
  }
  const scope = logScope(actor, 'audit:read', log);
  return database.transaction(scope, async (tx) => {
    const found = await findRows(tx, scope.orgIds, { ...filter, before: cursor, limit: limit + 1 });
    const shown = found.slice(0, limit);
    const items = shown.map(toAuditRow);
    const next = found.length > limit ? (shown.at(-1)?.position ?? null) : null;
    if (cursor !== undefined) return { items, next };
    const most = MOST_COUNTED + 1;
    const value = next === null ? items.length : await countRows(tx, scope.orgIds, { ...filter, most });
    return { items, next, count: { value: Math.min(value, MOST_COUNTED), exact: value <= MOST_COUNTED } };
  });
}

/** One row by its place in its log. */
export async function getRow(
  { database }: AuditUseCaseDeps,
  actor: Person,
  { log, index }: { readonly log: string; readonly index: number },
): Promise<AuditRow> {
  const scope = logScope(actor, 'audit:read', log);
  const [orgId] = scope.orgIds;
  const [row] = await database.transaction(scope, async (tx) =>
    orgId === undefined ? [] : readRows(tx, orgId, { from: index, end: index + 1, limit: 1 }),
  );
  if (!row) throw new MusterError('not_found', `The audit log ${log} has no row ${index}.`, { log, index });
  return toAuditRow(row);
}

function toAuditRow(row: LogRow): AuditRow {
  return {
    log: logOf(row.orgId),
    index: row.index,
    hash: toBase64(row.hash),
    content: row.content === null ? null : AuditContent.parse(JSON.parse(row.content)),
  };
}
