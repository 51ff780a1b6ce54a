import type { Actor } from '../../../platform/actor.ts';
import type { AuditPort } from '../../../platform/bus/audit-port.ts';
import type { EventPort } from '../../../platform/bus/event-port.ts';
import type { Tx } from '../../../platform/db/index.ts';
import { type ChangeableDevice, writeChange } from '../db/change-rows.ts';
import { changeOf, type FieldChanges } from '../domain/field-changes.ts';
import { announceUpdate } from './announce-update.ts';

/** A device under its lock, and what people want it to be. */
export type WantedUpdate = {
  readonly before: ChangeableDevice;
  readonly after: Pick<ChangeableDevice, 'displayName' | 'tags' | 'siteId'>;
};

/** Writes what differs, with its event and its row in the audit log; false where nothing does. */
export async function writeUpdate(
  { events, audit }: { readonly events: EventPort; readonly audit: AuditPort },
  tx: Tx,
  actor: Actor,
  { before, after }: WantedUpdate,
): Promise<boolean> {
  const changes = changeOf(before, after, ['displayName', 'tags', 'siteId']);
  if (Object.keys(changes).length === 0) return false;
  await writeChange(tx, before, after);
  const person = actor.kind === 'person' ? actor.userId : undefined;
  await announceUpdate(events, tx, { ...before, actor: person }, changes);
  await audit.append(tx, {
    by: actor,
    orgId: before.orgId,
    action: 'device.updated',
    target: { kind: 'device', id: before.deviceId, name: before.displayName ?? before.hostname },
    before: sideOf(changes, 'before'),
    after: sideOf(changes, 'after'),
  });
  return true;
}

function sideOf(changes: FieldChanges, side: 'before' | 'after'): Record<string, unknown> {
  return Object.fromEntries(Object.entries(changes).map(([field, change]) => [field, change[side]]));
}
