import type { DeviceId, OrgId } from '@muster/contracts';
import type { EventPort } from '../../../platform/bus/event-port.ts';
import type { Tx } from '../../../platform/db/index.ts';
import { type FieldChanges, updatedPayload } from '../domain/field-changes.ts';

/** Appends `device.updated` where anything changed. */
export async function announceUpdate(
  events: EventPort,
  tx: Tx,
  device: { readonly deviceId: DeviceId; readonly orgId: OrgId; readonly actor?: string | undefined },
  changes: FieldChanges,
): Promise<void> {
  const payload = updatedPayload(changes);
  if (!payload) return;
  const { deviceId, orgId, actor } = device;
  await events.append(tx, { type: 'device.updated', orgId, subjectId: deviceId, payload, actor });
}
