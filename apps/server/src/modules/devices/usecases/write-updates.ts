import type { Actor } from '../../../platform/actor.ts';
import type { AuditPort } from '../../../platform/bus/audit-port.ts';
import type { EventPort } from '../../../platform/bus/event-port.ts';
import type { Tx } from '../../../platform/db/index.ts';
import { type ChangeableDevice, type DeviceChange, writeChanges } from '../db/change-rows.ts';
import { changeOf, updatedPayload } from '../domain/field-changes.ts';

/**
 * Writes what differs of devices under their locks, with events and rows in the audit log; returns those that changed. As
 * many statements for hundreds as for one.
 */
export async function writeUpdates(
  { events, audit }: { readonly events: EventPort; readonly audit: AuditPort },
  tx: Tx,
  actor: Actor,
  wanted: readonly DeviceChange[],
): Promise<ChangeableDevice[]> {
  const updates = wanted.flatMap(({ before, after }) => {
    const payload = updatedPayload(changeOf(before, after, ['displayName', 'tags', 'siteId']));
    return payload ? [{ before, after, payload }] : [];
  });
  if (updates.length === 0) return [];
  await writeChanges(tx, updates);
  const person = actor.kind === 'person' ? actor.userId : undefined;
  await events.appendMany(
    tx,
    updates.map(({ before: { orgId, deviceId }, payload }) => ({
      type: 'device.updated',
      orgId,
      subjectId: deviceId,
      payload,
      actor: person,
    })),
  );
  await audit.appendMany(
    tx,
    updates.map(({ before: { orgId, deviceId, displayName, hostname }, payload }) => ({
      by: actor,
      orgId,
      action: 'device.updated',
      target: { kind: 'device', id: deviceId, name: displayName ?? hostname },
      before: payload.before,
      after: payload.after,
    })),
  );
  return updates.map(({ before }) => before);
}
