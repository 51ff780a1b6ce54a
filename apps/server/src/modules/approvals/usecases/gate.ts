import { type ApprovalId, MusterError, type Permission } from '@muster/contracts';
import type { Person } from '../../../platform/http/index.ts';
import { redact } from '../../../platform/log/index.ts';
import { newId } from '../../../platform/new-id.ts';
import { settingValue } from '../../../platform/settings/index.ts';
import type { ApprovalsDeps } from '../approvals-deps.ts';
import { countPending, expireOld, findOpen, insertApproval, move } from '../db/rows.ts';
import { devicesIn, requestHash } from '../domain/request-hash.ts';
import { statesBefore } from '../domain/states.ts';

/** A request that somebody with every right sent. */
export type GatedRequest = {
  readonly permission: Permission;
  readonly endpoint: string;
  readonly method: string;
  readonly path: string;
  readonly input: unknown;
};

const LIVES_MS = 24 * 3_600_000;
const MOST_PENDING = 50;

/**
 * Lets a request through, or throws approval_required with the request that waits now. An approved request goes through
 * once: it is used up before it is done, so that two of it at one moment are one.
 */
export async function demandApproval(
  deps: ApprovalsDeps,
  actor: Person,
  request: GatedRequest,
): Promise<void> {
  const deviceIds = devicesIn(request.input);
  const asked = await deps.database.system('approvals', async (tx) => {
    const policies = await settingValue(tx, 'approvals.policies');
    const isCovered = policies.some(
      ({ permission, moreThanDevices }) =>
        permission === request.permission && (moreThanDevices === 0 || deviceIds.length > moreThanDevices),
    );
    if (!isCovered) return undefined;
    const now = new Date(deps.clock.now());
    await expireOld(tx, now);
    const hash = requestHash(request.endpoint, request.input);
    const open = await findOpen(tx, actor.userId, hash);
    if (open?.state === 'approved') {
      if (!(await move(tx, open.id, { from: statesBefore('use'), to: 'used', at: now }))) return open.id;
      await tell(deps, tx, actor, { action: 'approval.used', id: open.id, request });
      return undefined;
    }
    if (open) return open.id;
    if ((await countPending(tx, actor.userId)) >= MOST_PENDING)
      throw new MusterError('rate_limited', `${MOST_PENDING} of your requests wait already; withdraw some.`);
    const id = newId<ApprovalId>();
    const keyId = actor.key?.id ?? null;
    const expiresAt = new Date(now.getTime() + LIVES_MS);
    // Secrets count in the hash and are not kept.
    const kept = { ...request, input: redact(request.input), requestedBy: actor.userId };
    await insertApproval(tx, { ...kept, id, keyId, hash, deviceIds, expiresAt });
    await tell(deps, tx, actor, { action: 'approval.requested', id, request });
    return id;
  });
  if (asked === undefined) return;
  throw new MusterError(
    'approval_required',
    'This needs a second person. Once somebody has approved it, send it again as it is.',
    { approvalId: asked, permission: request.permission },
  );
}

type Told = {
  readonly action: 'approval.requested' | 'approval.used';
  readonly id: ApprovalId;
  readonly request: GatedRequest;
};

function tell(
  { audit }: ApprovalsDeps,
  tx: Parameters<ApprovalsDeps['audit']['append']>[0],
  actor: Person,
  { action, id, request }: Told,
): Promise<void> {
  const { endpoint, input, permission } = request;
  return audit.append(tx, {
    by: actor,
    orgId: null,
    action,
    target: { kind: 'approval', id, name: endpoint },
    after: { permission, hash: requestHash(endpoint, input).toString('hex') },
  });
}
