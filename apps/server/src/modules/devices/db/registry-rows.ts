import type { DeviceId, Lifecycle, OrgId, SiteId } from '@muster/contracts';
import { versionSortKey } from '@muster/query';
import { sql } from 'drizzle-orm';
import type { Scope } from '../../../platform/actor.ts';
import { deviceInScope, type Tx } from '../../../platform/db/index.ts';
import type { DeviceFacts } from '../domain/device-facts.ts';
import { factColumns, insertDetails, jsonArray } from './facts-rows.ts';

/** A device as enrolment meets it. */
export type RegisteredDevice = {
  readonly deviceId: DeviceId;
  readonly deviceNo: number;
  readonly orgId: OrgId;
  readonly siteId: SiteId;
  readonly lifecycle: Lifecycle;
  readonly agentVersion: string;
  readonly tags: Readonly<Record<string, string>>;
};

export type NewDevice = Omit<RegisteredDevice, 'deviceNo'> & {
  readonly facts: DeviceFacts;
  readonly cloneOf: DeviceId | null;
};

/** Locks and returns the device with this id, else the newest of the organisation with this key. */
export async function lockRegistered(
  tx: Tx,
  orgId: OrgId,
  by: { readonly id: DeviceId } | { readonly publicKey: Uint8Array },
): Promise<RegisteredDevice | undefined> {
  const condition =
    'id' in by
      ? sql`d.id = ${by.id}`
      : sql`d.id = (select k.device_id from device_keys k join devices o on o.id = k.device_id
          where k.public_key = ${Buffer.from(by.publicKey)} and o.org_id = ${orgId} and o.deleted_at is null
          order by o.created_at desc limit 1)`;
  const { rows } = await tx.execute<RegisteredRow>(sql`
    select d.id, d.device_no, d.org_id, d.site_id, d.lifecycle, d.agent_version, d.tags
    from devices d where ${condition} and d.org_id = ${orgId} and d.deleted_at is null for no key update of d`);
  return rows[0] && fromRow(rows[0]);
}

/** Finds the device that a copy was made of. */
export async function findOriginal(tx: Tx, deviceId: DeviceId): Promise<RegisteredDevice | undefined> {
  const { rows } = await tx.execute<RegisteredRow>(sql`
    select d.id, d.device_no, d.org_id, d.site_id, d.lifecycle, d.agent_version, d.tags
    from devices d where d.id = ${deviceId} and d.deleted_at is null`);
  return rows[0] && fromRow(rows[0]);
}

/** Inserts device and details; returns its number. */
export async function insertDevice(tx: Tx, device: NewDevice): Promise<number> {
  const { facts } = device;
  const { rows } = await tx.execute<{ device_no: number }>(sql`
    insert into devices (id, org_id, site_id, lifecycle, clone_of, os, arch, hostname, hostname_folded, search_text,
      tags, agent_version, agent_version_key)
    values (${device.deviceId}, ${device.orgId}, ${device.siteId}, ${device.lifecycle}, ${device.cloneOf}, ${facts.os},
      ${facts.arch}, ${facts.hostname}, '', '', ${JSON.stringify(device.tags)}::jsonb, ${device.agentVersion},
      ${versionSortKey(device.agentVersion)})
    returning device_no`);
  await tx.execute(sql`update devices set ${factColumns(facts, null)} where id = ${device.deviceId}`);
  await insertDetails(tx, device, facts);
  return rows[0]?.device_no as number;
}

/** Stores what an installer that ran again brought along, beside facts. */
export async function writeRepair(
  tx: Tx,
  deviceId: DeviceId,
  repair: { readonly agentVersion: string; readonly tags: Readonly<Record<string, string>> },
): Promise<void> {
  await tx.execute(sql`
    update devices set agent_version = ${repair.agentVersion},
      agent_version_key = ${versionSortKey(repair.agentVersion)}, tags = ${JSON.stringify(repair.tags)}::jsonb,
      version = version + 1, updated_at = now(), enrolled_at = now()
    where id = ${deviceId}`);
}

/** Sets key and token of a device. Boots stay: a repaired machine is still the one it was. */
export async function writeKey(
  tx: Tx,
  device: { readonly deviceId: DeviceId; readonly orgId: OrgId },
  publicKey: Uint8Array,
  tokenHash: Uint8Array,
): Promise<void> {
  await tx.execute(sql`
    insert into device_keys (device_id, org_id, public_key, token_hash, token_rotated_at)
    values (${device.deviceId}, ${device.orgId}, ${Buffer.from(publicKey)}, ${Buffer.from(tokenHash)}, now())
    on conflict (device_id) do update set public_key = excluded.public_key, token_hash = excluded.token_hash,
      previous_token_hash = device_keys.token_hash, token_rotated_at = excluded.token_rotated_at`);
}

/** Hands out the next command sequence of a device; undefined where there is none in scope. */
export async function takeCommandSequence(
  tx: Tx,
  scope: Scope,
  deviceId: DeviceId,
): Promise<CommandTarget | undefined> {
  const { rows } = await tx.execute<Omit<CommandTarget, 'sequence'> & { sequence: string }>(sql`
    update device_keys k set command_sequence = k.command_sequence + 1
    from devices d where k.device_id = ${deviceId} and d.id = k.device_id and ${deviceInScope(scope)}
    returning k.command_sequence as sequence, d.org_id as "orgId", coalesce(d.display_name, d.hostname) as name,
      d.lifecycle`);
  return rows[0] && { ...rows[0], sequence: BigInt(rows[0].sequence) };
}

/** The device that a command is for, and the number that was drawn for the command. */
export type CommandTarget = {
  readonly sequence: bigint;
  readonly orgId: OrgId;
  /** What people call it. */
  readonly name: string;
  readonly lifecycle: Lifecycle;
};

/** Sites among `siteIds` that belong to the organisation. */
export async function findSites(tx: Tx, orgId: OrgId, siteIds: readonly SiteId[]): Promise<SiteId[]> {
  const { rows } = await tx.execute<{ id: SiteId }>(sql`
    select id from sites where org_id = ${orgId} and deleted_at is null and id::text = any (${jsonArray(siteIds)})`);
  return rows.map((row) => row.id);
}

type RegisteredRow = {
  id: DeviceId;
  device_no: number;
  org_id: OrgId;
  site_id: SiteId;
  lifecycle: Lifecycle;
  agent_version: string;
  tags: Record<string, string>;
};

function fromRow(row: RegisteredRow): RegisteredDevice {
  return {
    deviceId: row.id,
    deviceNo: row.device_no,
    orgId: row.org_id,
    siteId: row.site_id,
    lifecycle: row.lifecycle,
    agentVersion: row.agent_version,
    tags: row.tags,
  };
}
