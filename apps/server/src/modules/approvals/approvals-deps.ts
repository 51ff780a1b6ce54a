import type { AuditPort } from '../../platform/bus/audit-port.ts';
import type { Clock } from '../../platform/clock/index.ts';
import type { Database } from '../../platform/db/index.ts';

/** What the module is made from. */
export type ApprovalsDeps = {
  readonly database: Database;
  readonly audit: AuditPort;
  readonly clock: Clock;
};
