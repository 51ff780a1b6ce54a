import { contract } from '@muster/contracts';
import { implement } from '@orpc/server';
import type { RequestContext } from '../../platform/http/index.ts';
import type { ApprovalsDeps } from './approvals-deps.ts';
import { decide, getApproval, listApprovals, withdraw } from './usecases/decide.ts';

/** Routes of contract.approvals. */
export function createApprovalRoutes(deps: ApprovalsDeps) {
  const os = implement(contract.approvals).$context<RequestContext>();
  return os.router({
    list: os.list.handler(({ input, context }) => listApprovals(deps, context.actor, input)),
    get: os.get.handler(({ input, context }) => getApproval(deps, context.actor, input.approvalId)),
    approve: os.approve.handler(({ input, context }) =>
      decide(deps, context.actor, { ...input, event: 'approve' }),
    ),
    deny: os.deny.handler(({ input, context }) => decide(deps, context.actor, { ...input, event: 'deny' })),
    withdraw: os.withdraw.handler(({ input, context }) => withdraw(deps, context.actor, input.approvalId)),
  });
}
