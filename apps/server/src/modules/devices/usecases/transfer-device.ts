import { create } from '@bufbuild/protobuf';
import { type Device, type DeviceId, MusterError, type OrgId, type SiteId } from '@muster/contracts';
import { RejectedSchema } from '@muster/contracts/wire';
import { sql } from 'drizzle-orm';
import { type Actor, coversSite, requirePermission, type Scope } from '../../../platform/actor.ts';
import type { Tx } from '../../../platform/db/index.ts';
import { newId } from '../../../platform/new-id.ts';
import { type ChangeableDevice, lockDevice } from '../db/change-rows.ts';
import { mayConnect } from '../domain/lifecycle.ts';
import type { LifecycleDeps } from './change-lifecycle.ts';
import { readDevice, throwNoDevice } from './get-device.ts';

type Transfer = {
  readonly deviceId: DeviceId;
  readonly siteId: SiteId;
  readonly reason?: string | undefined;
};
type Target = { readonly id: SiteId; readonly orgId: OrgId; readonly name: string };

const COMES_BACK_MS = 100;

/**
 * Gives a device to another organisation (foundations, section 2). The machine keeps its id and its key, so that its
 * agent goes on; everything that was learnt and done stays with the source, under the number that a retired row keeps.
 * Open commands end, and the socket is cut: the next hello is one of the new organisation.
 */
export async function transferDevice(
  deps: LifecycleDeps,
  actor: Actor,
  input: Transfer,
): Promise<{ device: Device; left: DeviceId }> {
  const scope = requirePermission(actor, 'devices:manage');
  const target = await demandTarget(deps, scope, input.siteId);
  const before = await deps.database.transaction(scope, (tx) => lockDevice(tx, scope, input.deviceId));
  if (!before) throwNoDevice(input.deviceId);
  if (before.orgId === target.orgId)
    throw new MusterError('conflict', `${before.hostname} is in that organisation; change its site instead.`);
  const left = newId<DeviceId>();
  const moved = await deps.database.system('transfer', async (tx) => {
    const device =
      (await lockDevice(tx, { orgIds: [before.orgId] }, input.deviceId)) ?? throwNoDevice(input.deviceId);
    if (!mayConnect(device.lifecycle))
      throw new MusterError('conflict', `${device.hostname} is ${device.lifecycle} and goes nowhere.`);
    await moveRows(tx, device, { left, target });
    await tell(deps, tx, actor, { device, target, left, reason: input.reason });
    return device;
  });
  deps.events.committed();
  deps.cutOff(moved.deviceNo);
  const message = 'This device was given to another organisation and connects anew.';
  const rejected = create(RejectedSchema, { code: 'busy', message, retryAfterMs: COMES_BACK_MS });
  deps.node.cut(moved.deviceId, rejected, 'network');
  deps.onUpdated({ deviceId: moved.deviceId, orgId: target.orgId });
  return { device: await readDevice(deps, scope, input.deviceId), left };
}

/** A site that the right covers as a whole. */
async function demandTarget({ database }: LifecycleDeps, scope: Scope, siteId: SiteId): Promise<Target> {
  const [site] = await database.transaction(scope, async (tx) => {
    const { rows } = await tx.execute<Target>(sql`
      select id, org_id as "orgId", name from sites where id = ${siteId}::uuid and deleted_at is null`);
    return rows;
  });
  if (site && coversSite(scope, site)) return site;
  throw new MusterError('not_found', 'There is no such site.', { siteId });
}

/** The columns of a machine that the row which stays behind repeats. */
const REPEATED =
  sql.raw(`site_id, created_at, enrolled_at, booted_at, os, arch, policy_level, hostname, hostname_folded,
  display_name, search_text, os_name, os_version, os_version_key, agent_version, agent_version_key, serial_number,
  manufacturer, model, addresses, macs, tags`);

/** For muster_system: no scope shows both sides. */
async function moveRows(
  tx: Tx,
  { deviceId, deviceNo, orgId }: ChangeableDevice,
  { left, target }: { readonly left: DeviceId; readonly target: Target },
): Promise<void> {
  await tx.execute(sql`
    update commands set state = 'cancelled', ended_at = now(), due_at = null, error_code = 'transferred',
      error_message = 'The device was given to another organisation.'
    where device_id = ${deviceId} and ended_at is null`);
  await tx.execute(sql`update commands set device_id = ${left} where device_id = ${deviceId}`);
  await tx.execute(sql`delete from group_devices where device_id = ${deviceId}`);
  await tx.execute(sql`delete from smart_members where device_id = ${deviceId}`);
  await tx.execute(sql`update custom_values set place_id = ${left} where place_id = ${deviceId}`);
  await tx.execute(
    sql`update api_keys set revoked_at = now() where device_id = ${deviceId} and revoked_at is null`,
  );
  await tx.execute(sql`
    create temporary table leaving on commit drop as select ${REPEATED} from devices where id = ${deviceId}`);
  await tx.execute(sql`
    update devices set device_no = default, org_id = ${target.orgId}, site_id = ${target.id}, clone_of = null,
      version = version + 1 where id = ${deviceId}`);
  await tx.execute(
    sql`insert into device_presence (device_no) select device_no from devices where id = ${deviceId}`,
  );
  await tx.execute(sql`
    insert into devices (id, org_id, device_no, lifecycle, moved_to, ${REPEATED}) overriding system value
    select ${left}, ${orgId}, ${deviceNo}, 'retired', ${deviceId}, ${REPEATED} from leaving`);
  await tx.execute(sql`
    insert into device_facts select (jsonb_populate_record(f, jsonb_build_object('device_id', ${left}::text))).*
    from device_facts f where f.device_id = ${deviceId}`);
  await tx.execute(sql`update device_facts set org_id = ${target.orgId} where device_id = ${deviceId}`);
  await tx.execute(sql`update device_keys set org_id = ${target.orgId} where device_id = ${deviceId}`);
}

type Told = {
  readonly device: ChangeableDevice;
  readonly target: Target;
  readonly left: DeviceId;
  readonly reason: string | undefined;
};

/** Both organisations have it in their log. */
async function tell({ audit, events }: LifecycleDeps, tx: Tx, actor: Actor, told: Told): Promise<void> {
  const { device, target, left, reason } = told;
  const by = actor.kind === 'person' ? actor.userId : undefined;
  const row = {
    by: actor,
    action: 'device.transferred',
    target: { kind: 'device', id: device.deviceId, name: device.displayName ?? device.hostname },
    before: { organisation: device.orgId, site: device.siteId },
    after: { organisation: target.orgId, site: target.id, left, ...(reason ? { reason } : {}) },
  } as const;
  await audit.append(tx, { ...row, orgId: device.orgId });
  await audit.append(tx, { ...row, orgId: target.orgId });
  const moved = {
    fields: ['organisation', 'site'],
    before: { organisation: device.orgId, site: device.siteId },
    after: { organisation: target.orgId, site: target.id },
  };
  const event = { type: 'device.updated', subjectId: device.deviceId, payload: moved, actor: by } as const;
  await events.appendMany(tx, [
    { ...event, orgId: device.orgId },
    { ...event, orgId: target.orgId },
  ]);
}
