import type { Device, DeviceId, Lifecycle, OrgId } from '@muster/contracts';
import type { PolicyValues } from '@muster/contracts/policies';
import { versionSortKey } from '@muster/query';
import { sql } from 'drizzle-orm';
import type { Tx } from '../../../platform/db/index.ts';
import type { DeviceIdentity } from '../../../platform/gateway/ports.ts';
import { jsonArray } from '../db/facts-rows.ts';
import type { Boot } from '../domain/admission.ts';
import type { StoredDeviceToken } from '../domain/device-token.ts';

/** What admission reads of a device, and may change. */
export type AdmissionRow = {
  readonly deviceId: DeviceId;
  readonly deviceNo: number;
  readonly orgId: OrgId;
  readonly hostname: string;
  readonly lifecycle: Lifecycle;
  readonly publicKey: Uint8Array;
  readonly agentVersion: string;
  readonly policyLevel: Device['policyLevel'];
  readonly boots: readonly Boot[];
  readonly token: StoredDeviceToken;
  /** What policies set for the device. */
  readonly policy: PolicyValues | null;
};

/** Identities by device id; one indexed read for all of them. */
export async function findIdentities(
  tx: Tx,
  deviceIds: readonly string[],
): Promise<Map<string, DeviceIdentity>> {
  const { rows } = await tx.execute<IdentityRow>(sql`
    select d.id, d.device_no, d.org_id, d.lifecycle, k.public_key, k.previous_public_key
    from devices d join device_keys k on k.device_id = d.id
    where d.id = any (${jsonArray(deviceIds)}::uuid[]) and d.deleted_at is null`);
  return new Map(rows.map((row) => [row.id, toIdentity(row)]));
}

/** Rows of the devices, locked in one order against lifecycle changes and other gateways. */
export async function lockAdmissions(
  tx: Tx,
  deviceIds: readonly DeviceId[],
): Promise<Map<DeviceId, AdmissionRow>> {
  const { rows } = await tx.execute<StoredRow>(sql`
    select d.id, d.device_no, d.org_id, d.hostname, d.lifecycle, d.agent_version, d.policy_level, k.public_key, k.boots, k.token_hash,
      k.previous_token_hash, (extract(epoch from k.token_rotated_at) * 1000)::float8 as rotated_ms,
      (select p.fields from muster.policy_of(d.id) p) as policy
    from devices d join device_keys k on k.device_id = d.id
    where d.id = any (${jsonArray(deviceIds)}::uuid[]) and d.deleted_at is null
    order by d.id for no key update of d, k`);
  return new Map(rows.map((row) => [row.id, toAdmission(row)]));
}

/** Numbers for that many connections, rising over all gateways. */
export async function takeConnectionEpochs(tx: Tx, count: number): Promise<bigint[]> {
  const { rows } = await tx.execute<{ epoch: string }>(sql`
    select nextval('device_connection_epochs') as epoch from generate_series(1, ${count})`);
  return rows.map((row) => BigInt(row.epoch));
}

/** Stores boots and tokens. */
export async function writeAdmissionKeys(tx: Tx, changed: readonly AdmissionRow[]): Promise<void> {
  const records = changed.map((row) => ({
    id: row.deviceId,
    boots: row.boots,
    token_hash: hex(row.token.hash),
    previous_token_hash: hex(row.token.previousHash),
    token_rotated_at: row.token.rotatedAt?.toISOString(),
  }));
  await tx.execute(sql`
    update device_keys k set boots = c.boots, token_hash = decode(c.token_hash, 'hex'),
      previous_token_hash = decode(c.previous_token_hash, 'hex'), token_rotated_at = c.token_rotated_at
    from jsonb_to_recordset(${JSON.stringify(records)}::jsonb) as c(id uuid, boots jsonb, token_hash text,
      previous_token_hash text, token_rotated_at timestamptz)
    where k.device_id = c.id`);
}

/** Stores agent version and policy level. */
export async function writeAgents(tx: Tx, changed: readonly AdmissionRow[]): Promise<void> {
  const records = changed.map((row) => ({
    id: row.deviceId,
    version: row.agentVersion,
    key: versionSortKey(row.agentVersion),
    level: row.policyLevel,
  }));
  await tx.execute(sql`
    update devices d set agent_version = c.version, agent_version_key = c.key, policy_level = c.level,
      version = d.version + 1, updated_at = now()
    from jsonb_to_recordset(${JSON.stringify(records)}::jsonb) as c(id uuid, version text, key text, level text)
    where d.id = c.id`);
}

/** From the next hello on only this key counts. For a device whose row the transaction has locked. */
export async function replaceKey(tx: Tx, deviceId: DeviceId, publicKey: Uint8Array): Promise<void> {
  await tx.execute(sql`
    update device_keys set previous_public_key = public_key, public_key = ${Buffer.from(publicKey)}
    where device_id = ${deviceId}`);
}

type IdentityRow = {
  id: DeviceId;
  device_no: number;
  org_id: OrgId;
  lifecycle: Lifecycle;
  public_key: Buffer;
  previous_public_key: Buffer | null;
};

type StoredRow = Omit<IdentityRow, 'previous_public_key'> & {
  hostname: string;
  agent_version: string;
  policy_level: Device['policyLevel'];
  boots: Boot[];
  token_hash: Buffer;
  previous_token_hash: Buffer | null;
  rotated_ms: number;
  policy: PolicyValues | null;
};

function toIdentity(row: IdentityRow): DeviceIdentity {
  return {
    deviceId: row.id,
    deviceNo: row.device_no,
    orgId: row.org_id,
    lifecycle: row.lifecycle,
    publicKey: new Uint8Array(row.public_key),
    ...(row.previous_public_key ? { previousPublicKey: new Uint8Array(row.previous_public_key) } : {}),
  };
}

function toAdmission(row: StoredRow): AdmissionRow {
  return {
    deviceId: row.id,
    deviceNo: row.device_no,
    orgId: row.org_id,
    hostname: row.hostname,
    lifecycle: row.lifecycle,
    publicKey: new Uint8Array(row.public_key),
    agentVersion: row.agent_version,
    policyLevel: row.policy_level,
    boots: row.boots,
    policy: row.policy,
    token: {
      hash: new Uint8Array(row.token_hash),
      previousHash: row.previous_token_hash && new Uint8Array(row.previous_token_hash),
      rotatedAt: new Date(row.rotated_ms),
    },
  };
}

function hex(bytes: Uint8Array | null): string | null {
  return bytes && Buffer.from(bytes).toString('hex');
}
