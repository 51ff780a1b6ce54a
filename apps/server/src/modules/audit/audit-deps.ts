import type { Scope } from '../../platform/actor.ts';
import type { AuditPort } from '../../platform/bus/audit-port.ts';
import type { Database } from '../../platform/db/index.ts';
import type { Person } from '../../platform/http/index.ts';
import type { NoteSigner } from './domain/notes.ts';
import { orgOf } from './domain/notes.ts';
import { SYSTEM_ORG } from './domain/to-row.ts';

/** What the use cases of the audit log share. */
export type AuditUseCaseDeps = {
  readonly database: Database;
  readonly signer: NoteSigner;
  readonly audit: AuditPort;
  readonly now: () => Date;
};

/** The organisations whose logs a person may read; the system's own for those who may see the system. */
export function logScope(actor: Person, log?: string): Scope {
  const mayReadSystem = actor.permissions.has('system:read');
  const orgIds = [...actor.scope.orgIds, ...(mayReadSystem ? [SYSTEM_ORG] : [])];
  return { orgIds: log === undefined ? orgIds : orgIds.filter((orgId) => orgId === orgOf(log)) };
}
