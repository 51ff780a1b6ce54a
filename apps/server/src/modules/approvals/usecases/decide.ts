import { type Approval, type ApprovalId, type ApprovalState, MusterError } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import { requirePermission } from '../../../platform/actor.ts';
import { deviceInScope, type Tx, uuids } from '../../../platform/db/index.ts';
import type { Person } from '../../../platform/http/index.ts';
import type { ApprovalsDeps } from '../approvals-deps.ts';
import { type ApprovalRow, expireOld, move, readApprovals } from '../db/rows.ts';
import { type ApprovalEvent, nextState, statesBefore } from '../domain/states.ts';

const MOST = 500;

/** A page of what the person asked for, and of what they may decide. */
export async function listApprovals(
  deps: ApprovalsDeps,
  actor: Person,
  input: {
    readonly state?: ApprovalState | undefined;
    readonly cursor?: string | undefined;
    readonly limit: number;
  },
): Promise<{ items: Approval[]; next: string | null }> {
  const rows = await deps.database.system('approvals', async (tx) => {
    await expireOld(tx, new Date(deps.clock.now()));
    const mine = actor.permissions.has('approvals:decide')
      ? sql`true`
      : sql`a.requested_by = ${actor.userId}`;
    return readApprovals(
      tx,
      sql`${mine} and (${input.state ?? null}::text is null or a.state = ${input.state ?? null})
        and (${input.cursor ?? null}::uuid is null or a.id < ${input.cursor ?? null}::uuid)`,
      Math.min(input.limit, MOST) + 1,
    );
  });
  const page = rows.slice(0, input.limit);
  const shown: Approval[] = [];
  for (const row of page) {
    const approval = await toApproval(deps, actor, row);
    if (approval) shown.push(approval);
  }
  return { items: shown, next: rows.length > input.limit ? (page.at(-1)?.id ?? null) : null };
}

/** One request; what is neither the person's own nor theirs to decide is not there. */
export async function getApproval(deps: ApprovalsDeps, actor: Person, id: ApprovalId): Promise<Approval> {
  const [row] = await deps.database.system('approvals', (tx) => readApprovals(tx, sql`a.id = ${id}`, 1));
  const approval = row && (await toApproval(deps, actor, row));
  if (approval) return approval;
  throw new MusterError('not_found', 'There is no such request.', { approvalId: id });
}

type Decision = {
  readonly approvalId: ApprovalId;
  readonly event: 'approve' | 'deny';
  readonly reason: string;
};

/** Approves or denies what another person asked for, by somebody who could do it themselves. */
export async function decide(deps: ApprovalsDeps, actor: Person, decision: Decision): Promise<Approval> {
  requirePermission(actor, 'approvals:decide');
  const { approvalId, event, reason } = decision;
  const before = await getApproval(deps, actor, approvalId);
  if (before.requestedBy.id === actor.userId)
    throw new MusterError('forbidden', 'Nobody decides what they asked for themselves.', { approvalId });
  if (before.state === 'pending' && !before.decidable) {
    throw new MusterError('forbidden', `Deciding this needs ${before.permission} on all that it concerns.`, {
      permission: before.permission,
    });
  }
  await change(deps, actor, { approval: before, event, reason });
  return getApproval(deps, actor, approvalId);
}

/** Takes back what the person asked for. */
export async function withdraw(
  deps: ApprovalsDeps,
  actor: Person,
  approvalId: ApprovalId,
): Promise<Approval> {
  const before = await getApproval(deps, actor, approvalId);
  if (before.requestedBy.id !== actor.userId)
    throw new MusterError('forbidden', 'Only who asked takes a request back; deny it instead.', {
      approvalId,
    });
  await change(deps, actor, { approval: before, event: 'withdraw' });
  return getApproval(deps, actor, approvalId);
}

const ACTIONS = {
  approve: 'approval.approved',
  deny: 'approval.denied',
  withdraw: 'approval.withdrawn',
} as const;

type Change = {
  readonly approval: Approval;
  readonly event: ApprovalEvent & keyof typeof ACTIONS;
  readonly reason?: string;
};

async function change(
  deps: ApprovalsDeps,
  actor: Person,
  { approval, event, reason }: Change,
): Promise<void> {
  const at = new Date(deps.clock.now());
  const to = nextState(approval.state, event);
  const decided = event === 'withdraw' ? {} : { decidedBy: actor.userId, reason: reason ?? '' };
  await deps.database.system('approvals', async (tx) => {
    await expireOld(tx, at);
    if (!to || !(await move(tx, approval.id, { from: statesBefore(event), to, at, ...decided }))) {
      throw new MusterError('conflict', `This request is ${approval.state} already, or has expired.`, {
        approvalId: approval.id,
      });
    }
    await deps.audit.append(tx, {
      by: actor,
      orgId: null,
      action: ACTIONS[event],
      target: { kind: 'approval', id: approval.id, name: approval.request.endpoint },
      before: { state: approval.state },
      after: { state: to, requestedBy: approval.requestedBy.id, ...(reason ? { reason } : {}) },
    });
  });
}

/** As the person may see it; undefined where they may not. */
async function toApproval(
  deps: ApprovalsDeps,
  actor: Person,
  row: ApprovalRow,
): Promise<Approval | undefined> {
  const { deviceIds, ...rest } = row;
  const isOwn = row.requestedBy.id === actor.userId;
  const scope = actor.permissions.has(row.permission) ? requirePermission(actor, row.permission) : undefined;
  const reached = scope
    ? await deps.database.transaction(scope, (tx) => namesOf(tx, deviceIds, deviceInScope(scope)))
    : [];
  const coversAll =
    scope !== undefined &&
    (deviceIds.length > 0 ? reached.length === deviceIds.length : scope.everywhere === true);
  const decidable = !isOwn && coversAll && actor.permissions.has('approvals:decide');
  if (!isOwn && !decidable) return undefined;
  const devices = reached.length === deviceIds.length ? reached : deviceIds.map((id) => ({ id, name: id }));
  return {
    ...rest,
    devices: devices as Approval['devices'],
    decidable: decidable && row.state === 'pending',
  };
}

async function namesOf(
  tx: Tx,
  ids: readonly string[],
  inScope: ReturnType<typeof deviceInScope>,
): Promise<{ id: string; name: string }[]> {
  const { rows } = await tx.execute<{ id: string; name: string }>(sql`
    select d.id, coalesce(d.display_name, d.hostname) as name from devices d
    where d.id = any (${uuids(ids)}) and ${inScope} order by d.id`);
  return rows;
}
