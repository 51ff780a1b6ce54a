import type { Person } from '../../platform/http/index.ts';
import type { ApprovalsDeps } from './approvals-deps.ts';
import { createApprovalRoutes } from './http.ts';
import { demandApproval, type GatedRequest } from './usecases/gate.ts';

/** Requests that need a second person. */
export interface Approvals {
  readonly routes: ReturnType<typeof createApprovalRoutes>;
  /** Lets a request through, or throws approval_required. Called for every change, after its permission was checked. */
  demand(actor: Person, request: GatedRequest): Promise<void>;
}

/** Wires the module. */
export function createApprovals(deps: ApprovalsDeps): Approvals {
  return {
    routes: createApprovalRoutes(deps),
    demand: (actor, request) => demandApproval(deps, actor, request),
  };
}
