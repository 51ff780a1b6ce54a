import type { DeviceId, OrgId } from '@muster/contracts';
import type { PolicyValues } from '@muster/contracts/policies';
import { sql } from 'drizzle-orm';
import { type Tx, uuids } from '../../../platform/db/index.ts';
import { effectiveSql } from './effective.ts';

/** A device with what is stored for it and what policies add up to now. */
export type Looked = {
  readonly id: DeviceId;
  readonly orgId: OrgId;
  readonly stored: PolicyValues | null;
  readonly fields: PolicyValues;
};

/** Takes the worker's place until the transaction ends: two at once could store the older of two answers last. */
export async function takeTurn(tx: Tx): Promise<boolean> {
  const { rows } = await tx.execute<{ taken: boolean }>(
    sql`select pg_try_advisory_xact_lock(hashtextextended('muster policies', 0)) as taken`,
  );
  return rows[0]?.taken ?? false;
}

/**
 * Removes the oldest of what waits and returns its devices; `rows` counts what was removed. An array and no join: see
 * `sequenceBatch` of modules/events.
 */
export async function takeQueued(tx: Tx, most: number): Promise<{ rows: number; ids: DeviceId[] }> {
  const { rows } = await tx.execute<{ device_id: DeviceId }>(sql`
    delete from policy_queue where id = any (array(select id from policy_queue order by id limit ${most}))
    returning device_id`);
  return { rows: rows.length, ids: [...new Set(rows.map((row) => row.device_id))] };
}

/** Works out what holds for living devices now. For muster_system. */
export async function lookAt(tx: Tx, ids: readonly DeviceId[]): Promise<Looked[]> {
  const asked = sql`select id, org_id, site_id from devices where id = any (${uuids(ids)}) and deleted_at is null`;
  const { rows: present } = await tx.execute<{ id: DeviceId; fields: PolicyValues }>(
    sql`select * from ${effectiveSql(asked, sql`select * from policies`)} e`,
  );
  const fieldsOf = new Map(present.map(({ id, fields }) => [id, fields]));
  const { rows } = await tx.execute<Omit<Looked, 'fields'>>(sql`
    select d.id, d.org_id as "orgId", (select p.fields from muster.policy_of(d.id) p) as stored from devices d
    where d.id = any (${uuids(ids)}) and d.deleted_at is null`);
  return rows.map((row) => ({ ...row, fields: fieldsOf.get(row.id) ?? {} }));
}

/** Stores what holds now. */
export async function storeEffective(tx: Tx, changed: readonly Looked[]): Promise<void> {
  if (changed.length === 0) return;
  await tx.execute(sql`
    insert into device_policies as known (device_id, org_id, fields)
    select n.id, n."orgId", n.fields from jsonb_to_recordset(${JSON.stringify(changed)}::jsonb)
      as n (id uuid, "orgId" uuid, fields jsonb)
    on conflict (device_id) do update set fields = excluded.fields, since = now(), org_id = excluded.org_id`);
}

/** What is stored for devices, by their numbers. */
export async function readHeld(
  tx: Tx,
  ids: readonly string[],
): Promise<{ id: DeviceId; deviceNo: number; fields: PolicyValues | null }[]> {
  const { rows } = await tx.execute<{ id: DeviceId; deviceNo: number; fields: PolicyValues | null }>(sql`
    select d.id, d.device_no as "deviceNo", (select p.fields from muster.policy_of(d.id) p) as fields from devices d
    where d.id = any (${uuids(ids)})`);
  return rows;
}
