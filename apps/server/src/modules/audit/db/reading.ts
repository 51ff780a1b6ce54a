import { type SQL, sql } from 'drizzle-orm';
import { type Tx, uuids } from '../../../platform/db/index.ts';

/** A row of a log as it is stored. */
export type LogRow = {
  readonly position: string;
  readonly orgId: string;
  readonly index: number;
  readonly content: string | null;
  readonly salt: Uint8Array | null;
  readonly hash: Uint8Array;
};

/** What rows are wanted; text matches an id or a name exactly. */
export type LogFilter = {
  readonly who?: string | undefined;
  readonly action?: string | undefined;
  readonly target?: string | undefined;
  readonly success?: boolean | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
};

type Stored = {
  position: string;
  org_id: string;
  leaf_index: string;
  content: string | null;
  salt: Buffer | null;
  content_hash: Buffer;
};

const COLUMNS = sql.raw('position, org_id, leaf_index, content, salt, content_hash');

/** Rows of these organisations that match, newest first, below a position. */
export async function findRows(
  tx: Tx,
  orgIds: readonly string[],
  page: LogFilter & { readonly before: string | undefined; readonly limit: number },
): Promise<LogRow[]> {
  const below = page.before === undefined ? sql`true` : sql`position < ${page.before}::bigint`;
  const each = ways(orgIds, page).map(
    (matching) => sql`(
      select ${COLUMNS} from audit_log where ${matching} and ${below} order by position desc limit ${page.limit})`,
  );
  const { rows } = await tx.execute<Stored>(sql`
    select distinct on (position) * from (${sql.join(each, sql` union all `)}) as found
    order by position desc limit ${page.limit}`);
  return rows.map(fromStored);
}

/** How many rows match, counted no further than `most`. */
export async function countRows(
  tx: Tx,
  orgIds: readonly string[],
  filter: LogFilter & { readonly most: number },
): Promise<number> {
  const each = ways(orgIds, filter).map(
    (matching) => sql`(select position from audit_log where ${matching} limit ${filter.most})`,
  );
  const { rows } = await tx.execute<{ n: number }>(sql`
    select least(count(distinct position), ${filter.most})::int as n
    from (${sql.join(each, sql` union all `)}) as matched`);
  return rows[0]?.n ?? 0;
}

/** Rows of one log from an index on, in order. */
export async function readRows(
  tx: Tx,
  orgId: string,
  range: { readonly from: number; readonly end: number; readonly limit: number },
): Promise<LogRow[]> {
  const { rows } = await tx.execute<Stored>(sql`
    select ${COLUMNS} from audit_log
    where org_id = ${orgId} and leaf_index >= ${range.from} and leaf_index < ${range.end}
    order by leaf_index limit ${range.limit}`);
  return rows.map(fromStored);
}

/** Which organisations have a log, of those given. */
export async function readHeads(
  tx: Tx,
  orgIds: readonly string[],
): Promise<{ orgId: string; signedSize: number; prunedSize: number; prunedNote: string | null }[]> {
  const { rows } = await tx.execute<{
    org_id: string;
    signed_size: string;
    pruned_size: string;
    pruned_note: string | null;
  }>(sql`
    select org_id, signed_size, pruned_size, pruned_note from audit_trees
    where ${inOrganisations(orgIds)} and signed_size > 0 order by org_id`);
  return rows.map((row) => ({
    orgId: row.org_id,
    signedSize: Number(row.signed_size),
    prunedSize: Number(row.pruned_size),
    prunedNote: row.pruned_note,
  }));
}

function inOrganisations(orgIds: readonly string[]): SQL {
  return sql`org_id = any (${uuids(orgIds)})`;
}

/**
 * The ways in which a row can match: by an id or by a name, each read in order from an index of its own until a page is
 * full. With "or" between them, all that ever matched is gathered first.
 */
function ways(orgIds: readonly string[], filter: LogFilter): SQL[] {
  const { who, action, target, success, from, to } = filter;
  const parts = [
    inOrganisations(orgIds),
    action === undefined ? undefined : sql`action = ${action}`,
    success === undefined ? undefined : sql`success = ${success}`,
    from === undefined ? undefined : sql`occurred_at >= ${from}`,
    to === undefined ? undefined : sql`occurred_at < ${to}`,
  ].filter((part) => part !== undefined);
  const byWho = who === undefined ? [sql`true`] : [sql`who_id = ${who}`, sql`who_name = ${who}`];
  const byTarget =
    target === undefined ? [sql`true`] : [sql`target_id = ${target}`, sql`target_name = ${target}`];
  return byWho.flatMap((one) => byTarget.map((other) => sql.join([...parts, one, other], sql` and `)));
}

function fromStored(row: Stored): LogRow {
  return {
    position: row.position,
    orgId: row.org_id,
    index: Number(row.leaf_index),
    content: row.content,
    salt: row.salt && new Uint8Array(row.salt),
    hash: new Uint8Array(row.content_hash),
  };
}
