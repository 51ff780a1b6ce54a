import { type AuditRow, MusterError, type OrgId } from '@muster/contracts';
import { SYSTEM_LOG } from '@muster/contracts/audit';
import { requirePermission } from '../../../platform/actor.ts';
import type { Person } from '../../../platform/http/index.ts';
import type { AuditUseCaseDeps } from '../audit-deps.ts';
import { eraseContent } from '../db/erasing.ts';
import { orgOf } from '../domain/notes.ts';
import { SYSTEM_ORG } from '../domain/to-row.ts';
import { getRow } from './list-rows.ts';

/**
 * Takes the content of a row out of its log for good. Its hash stays, so that the log verifies as before; who erased it and
 * why becomes a row of the same log, which itself cannot be erased.
 */
export async function eraseRow(
  deps: AuditUseCaseDeps,
  actor: Person,
  { log, index, reason }: { readonly log: string; readonly index: number; readonly reason: string },
): Promise<AuditRow> {
  requirePermission(actor, 'audit:erase');
  const row = await getRow(deps, actor, { log, index });
  if (row.content === null) return row;
  if (row.content.action === 'audit.row_erased')
    throw new MusterError('conflict', 'That a row was erased, by whom and why, is kept.', { log, index });
  const orgId = orgOf(log) as OrgId;
  await deps.database.system('audit erasing', async (tx) => {
    if (!(await eraseContent(tx, { orgId, index }))) return;
    await deps.audit.append(tx, {
      by: actor,
      orgId: orgId === SYSTEM_ORG ? null : orgId,
      action: 'audit.row_erased',
      target: { kind: 'audit_row', id: `${log === SYSTEM_LOG ? SYSTEM_LOG : orgId}/${index}`, name: null },
      after: { hash: row.hash, reason },
    });
  });
  return getRow(deps, actor, { log, index });
}
