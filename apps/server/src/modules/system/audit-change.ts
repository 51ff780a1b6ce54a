import type { AuditAction } from '@muster/contracts/audit';
import type { Person } from '../../platform/http/index.ts';
import type { SystemDeps } from './system-deps.ts';

type Change = {
  readonly action?: AuditAction;
  /** Name of the setting, or of what was started. */
  readonly target: string;
  readonly before?: unknown;
  readonly after?: unknown;
};

/**
 * Tells of a change to the server itself. What changes here is no row (a socket, a signature, a compiler that starts),
 * so the audit row has a transaction of its own, directly behind the change.
 */
export async function auditChange(
  { audit, database }: SystemDeps,
  actor: Person,
  { action = 'configuration.changed', target, before, after }: Change,
): Promise<void> {
  const kind = action === 'configuration.changed' ? 'setting' : 'agent_build';
  await database.installation((tx) =>
    audit.append(tx, {
      by: actor,
      orgId: null,
      action,
      target: { kind, id: target, name: null },
      before,
      after,
    }),
  );
}
