import type { Approval, ApprovalId, ApprovalState, Permission, UserId } from '@muster/contracts';
import { type SQL, sql } from 'drizzle-orm';
import { type Tx, uuids } from '../../../platform/db/index.ts';

const instant = (column: string) =>
  sql.raw(`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);

export type ApprovalRow = Omit<Approval, 'decidable' | 'devices' | 'permission'> & {
  readonly permission: Permission;
  readonly deviceIds: string[];
};

/** Requests that fit, the newest first. */
export async function readApprovals(tx: Tx, which: SQL, limit: number): Promise<ApprovalRow[]> {
  const { rows } = await tx.execute<ApprovalRow>(sql`
    select a.id, a.state, jsonb_build_object('id', r.id, 'name', r.name) as "requestedBy", k.name as key, a.permission,
      jsonb_build_object('endpoint', a.endpoint, 'method', a.method, 'path', a.path, 'input', a.input) as request,
      to_jsonb(a.device_ids) as "deviceIds", ${instant('a.created_at')} as "createdAt",
      ${instant('a.expires_at')} as "expiresAt",
      case when d.id is not null then jsonb_build_object('id', d.id, 'name', d.name) end as "decidedBy",
      ${instant('a.decided_at')} as "decidedAt", a.reason, ${instant('a.used_at')} as "usedAt"
    from approvals a join users r on r.id = a.requested_by left join users d on d.id = a.decided_by
      left join api_keys k on k.id = a.key_id
    where ${which} order by a.id desc limit ${limit}`);
  return rows;
}

export type NewApproval = {
  readonly id: ApprovalId;
  readonly requestedBy: UserId;
  readonly keyId: string | null;
  readonly permission: Permission;
  readonly endpoint: string;
  readonly method: string;
  readonly path: string;
  readonly input: unknown;
  readonly hash: Buffer;
  readonly deviceIds: readonly string[];
  readonly expiresAt: Date;
};

/** Keeps a request; false where the same one of the same person is open already. */
export async function insertApproval(tx: Tx, row: NewApproval): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    insert into approvals (id, state, requested_by, key_id, permission, endpoint, method, path, input, request_hash,
      device_ids, expires_at)
    values (${row.id}, 'pending', ${row.requestedBy}, ${row.keyId}, ${row.permission}, ${row.endpoint}, ${row.method},
      ${row.path}, ${JSON.stringify(row.input ?? null)}::jsonb, ${row.hash}, ${uuids(row.deviceIds)},
      ${row.expiresAt.toISOString()}::timestamptz)
    on conflict do nothing`);
  return rowCount === 1;
}

/** The open request of a person with this content. */
export async function findOpen(
  tx: Tx,
  requestedBy: UserId,
  hash: Buffer,
): Promise<{ id: ApprovalId; state: ApprovalState } | undefined> {
  const { rows } = await tx.execute<{ id: ApprovalId; state: ApprovalState }>(sql`
    select id, state from approvals
    where requested_by = ${requestedBy} and request_hash = ${hash} and state in ('pending', 'approved') for update`);
  return rows[0];
}

/** How many of a person's requests wait. */
export async function countPending(tx: Tx, requestedBy: UserId): Promise<number> {
  const { rows } = await tx.execute<{ count: number }>(
    sql`select count(*)::int as count from approvals where requested_by = ${requestedBy} and state = 'pending'`,
  );
  return rows[0]?.count ?? 0;
}

/** Ends what was open past its time. */
export async function expireOld(tx: Tx, now: Date): Promise<void> {
  await tx.execute(sql`
    update approvals set state = 'expired'
    where state in ('pending', 'approved') and expires_at <= ${now.toISOString()}::timestamptz`);
}

/** Moves a request from one of these states to another; false where it was in none of them any more. */
export async function move(
  tx: Tx,
  id: ApprovalId,
  change: {
    readonly from: readonly ApprovalState[];
    readonly to: ApprovalState;
    readonly at: Date;
    readonly decidedBy?: UserId;
    readonly reason?: string;
  },
): Promise<boolean> {
  const at = sql`${change.at.toISOString()}::timestamptz`;
  const { rowCount } = await tx.execute(sql`
    update approvals set state = ${change.to},
      decided_by = coalesce(${change.decidedBy ?? null}::uuid, decided_by),
      decided_at = case when ${change.decidedBy !== undefined}::boolean then ${at} else decided_at end,
      reason = coalesce(${change.reason ?? null}, reason),
      used_at = case when ${change.to} = 'used' then ${at} else used_at end
    where id = ${id} and state = any (array(select jsonb_array_elements_text(${JSON.stringify(change.from)}::jsonb)))`);
  return rowCount === 1;
}
