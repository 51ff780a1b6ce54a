import type { AuditPort } from '../../platform/bus/audit-port.ts';
import type { Database } from '../../platform/db/index.ts';

/** What the use cases of tenancy share. */
export type TenancyDeps = {
  readonly database: Database;
  readonly audit: AuditPort;
};
