import type { Permission } from '@muster/contracts';
import { requirePermission, type Scope, wholeOrgs } from '../../platform/actor.ts';
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

/**
 * The organisations whose logs a person may read: only whole ones, for a log knows no sites. The system's own for those
 * who may read every log.
 */
export function logScope(
  actor: Person,
  permission: Extract<Permission, 'audit:read' | 'audit:export'>,
  log?: string,
): Scope {
  const scope = requirePermission(actor, permission);
  const orgIds = [...wholeOrgs(scope), ...(scope.everywhere ? [SYSTEM_ORG] : [])];
  return { orgIds: log === undefined ? orgIds : orgIds.filter((orgId) => orgId === orgOf(log)) };
}
