import type { AuditPort } from '../../platform/bus/audit-port.ts';
import type { Database } from '../../platform/db/index.ts';

/** What the use cases of access share. */
export type AccessDeps = {
  readonly database: Database;
  readonly audit: AuditPort;
};
