import { type Device, type DeviceId, MusterError, type SiteId } from '@muster/contracts';
import { type Actor, coversSite, requirePermission, type Scope } from '../../../platform/actor.ts';
import type { AuditPort } from '../../../platform/bus/audit-port.ts';
import type { EventPort } from '../../../platform/bus/event-port.ts';
import type { Database, Tx } from '../../../platform/db/index.ts';
import { type ChangeableDevice, lockDevice } from '../db/change-rows.ts';
import { etagOf } from '../db/device-rows.ts';
import { findSites } from '../db/registry-rows.ts';
import { handSetTags } from '../domain/hand-set-tags.ts';
import type { LifecycleDeps } from './change-lifecycle.ts';
import { readDevice, throwNoDevice } from './get-device.ts';
import { writeUpdates } from './write-updates.ts';

export type UpdateDeps = {
  readonly database: Database;
  readonly events: EventPort;
  readonly audit: AuditPort;
  readonly onUpdated: LifecycleDeps['onUpdated'];
};

/** What is left out stays as it is; `tags` replaces all tags. */
export type UpdateInput = {
  readonly deviceId: DeviceId;
  /** The etag that the change is based on; undefined for callers that hold the row by other means. */
  readonly ifMatch: string | undefined;
  readonly displayName?: string | null | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly siteId?: SiteId | undefined;
};

/** Renames, tags or moves a device; refuses with precondition_failed when it changed since it was read. */
export async function updateDevice(deps: UpdateDeps, actor: Actor, input: UpdateInput): Promise<Device> {
  const scope = requirePermission(actor, 'devices:manage');
  const device = await deps.database.transaction(scope, async (tx) => {
    const before = (await lockDevice(tx, scope, input.deviceId)) ?? throwNoDevice(input.deviceId);
    refuseOutdated(before, input.ifMatch);
    const after = {
      displayName: input.displayName === undefined ? before.displayName : input.displayName?.trim() || null,
      tags: input.tags ? handSetTags(input.tags, before) : before.tags,
      siteId: input.siteId ?? before.siteId,
    };
    if (after.siteId !== before.siteId) await refuseForeignSite(tx, scope, before, after.siteId);
    await writeUpdates(deps, tx, actor, [{ before, after }]);
    return before;
  });
  deps.events.committed();
  deps.onUpdated(device);
  return readDevice(deps, scope, input.deviceId);
}

function refuseOutdated(device: ChangeableDevice, ifMatch: string | undefined): void {
  const current = etagOf(device.version);
  if (ifMatch === undefined || ifMatch === '*' || ifMatch === current) return;
  throw new MusterError(
    'precondition_failed',
    `${device.displayName ?? device.hostname} was changed by somebody else; read it again.`,
    { deviceId: device.deviceId, current },
  );
}

/** A device moves within its organisation, to where the actor may manage devices; leaving it is an act of its own. */
async function refuseForeignSite(
  tx: Tx,
  scope: Scope,
  device: ChangeableDevice,
  siteId: SiteId,
): Promise<void> {
  const own = await findSites(tx, device.orgId, [siteId]);
  if (own.length > 0 && coversSite(scope, { id: siteId, orgId: device.orgId })) return;
  throw new MusterError('invalid_input', 'The organisation of this device has no such site.', { siteId });
}
