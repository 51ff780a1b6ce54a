import type { DeviceId } from '@muster/contracts';
import type { SQL } from 'bun';
import { packReadings, type Reading } from '../domain/minute.ts';
import { addReadings, mergeRollup, packRollup, type Rollup, unpackRollup } from '../domain/rollup.ts';
import { TIERS, type Tier } from '../domain/tiers.ts';
import { VarintWriter } from '../domain/varints.ts';

/** One closed minute of one device; `minute` counts minutes since the epoch. */
export type MinuteRow = {
  readonly deviceId: DeviceId;
  readonly deviceNo: number;
  readonly minute: number;
  readonly readings: readonly Reading[];
};

/** Another writer made the same bucket between our read and our write; the whole batch is safe to repeat. */
class RollupRaceError extends Error {
  constructor(tier: string) {
    super(`another writer made a bucket of the ${tier} rollup at the same moment`);
    this.name = 'RollupRaceError';
  }
}

const writer = new VarintWriter();

/** PostgreSQL array literals: the one form of array parameter that every driver takes alike. */
const intArray = (values: readonly number[]): string => `{${values.join(',')}}`;
const byteaArray = (values: readonly Uint8Array[]): string =>
  `{${values.map((bytes) => `"\\\\x${Buffer.from(bytes).toString('hex')}"`).join(',')}}`;

/**
 * Stores minutes and merges those that are new into both rollups, in one transaction. A repeated minute changes nothing.
 * Resolves after commit with the minutes that were new. Rows are taken in key order, so that two writers cannot deadlock.
 */
export async function writeMinutes(sql: SQL, rows: readonly MinuteRow[]): Promise<MinuteRow[]> {
  const ordered = [...new Map(rows.map((row) => [`${row.deviceNo} ${row.minute}`, row])).values()].sort(
    (left, right) => left.deviceNo - right.deviceNo || left.minute - right.minute,
  );
  return sql.begin(async (tx) => {
    await tx`set local synchronous_commit = off`;
    const inserted = await insertMinutes(tx, ordered);
    for (const tier of TIERS) if (tier.bucket > 1) await mergeInto(tx, tier, inserted);
    return inserted;
  });
}

async function insertMinutes(tx: SQL, rows: readonly MinuteRow[]): Promise<MinuteRow[]> {
  const fresh: { device_no: number; at: number }[] = await tx`
    insert into telemetry_minutes (device_no, at, packed)
    select * from unnest(
      ${intArray(rows.map((row) => row.deviceNo))}::int[],
      ${intArray(rows.map((row) => row.minute))}::int[],
      ${byteaArray(rows.map((row) => packReadings(writer, row.readings)))}::bytea[])
    on conflict do nothing
    returning device_no, at`;
  const isFresh = new Set(fresh.map((row) => `${row.device_no} ${row.at}`));
  return rows.filter((row) => isFresh.has(`${row.deviceNo} ${row.minute}`));
}

type Bucket = { readonly deviceNo: number; readonly at: number; readonly rollup: Rollup };

async function mergeInto(tx: SQL, tier: Tier, rows: readonly MinuteRow[]): Promise<void> {
  if (rows.length === 0) return;
  const buckets = new Map<string, Bucket>();
  for (const row of rows) {
    const at = row.minute - (row.minute % tier.bucket);
    const key = `${row.deviceNo} ${at}`;
    const bucket = buckets.get(key) ?? { deviceNo: row.deviceNo, at, rollup: new Map() };
    addReadings(bucket.rollup, row.readings);
    buckets.set(key, bucket);
  }
  const known = await readBuckets(tx, tier, [...buckets.values()]);
  for (const row of known) {
    const bucket = buckets.get(`${row.device_no} ${row.at}`);
    if (bucket) mergeRollup(bucket.rollup, unpackRollup(row.packed));
  }
  const isKnown = new Set(known.map((row) => `${row.device_no} ${row.at}`));
  await updateBuckets(
    tx,
    tier,
    [...buckets].filter(([key]) => isKnown.has(key)).map(([, bucket]) => bucket),
  );
  await insertBuckets(
    tx,
    tier,
    [...buckets].filter(([key]) => !isKnown.has(key)).map(([, bucket]) => bucket),
  );
}

type StoredBucket = { device_no: number; at: number; packed: Uint8Array };

/** Locks what is there already, in key order. */
function readBuckets(tx: SQL, tier: Tier, buckets: readonly Bucket[]): Promise<StoredBucket[]> {
  return tx`
    select t.device_no, t.at, t.packed from ${tx(tier.table)} t
    join unnest(
      ${intArray(buckets.map((bucket) => bucket.deviceNo))}::int[],
      ${intArray(buckets.map((bucket) => bucket.at))}::int[]) as wanted (device_no, at) using (device_no, at)
    order by t.device_no, t.at for update of t`;
}

async function updateBuckets(tx: SQL, tier: Tier, buckets: readonly Bucket[]): Promise<void> {
  if (buckets.length === 0) return;
  await tx`
    update ${tx(tier.table)} t set packed = merged.packed
    from ${unnestBuckets(tx, buckets)} as merged (device_no, at, packed)
    where t.device_no = merged.device_no and t.at = merged.at`;
}

async function insertBuckets(tx: SQL, tier: Tier, buckets: readonly Bucket[]): Promise<void> {
  if (buckets.length === 0) return;
  const added: unknown[] = await tx`
    insert into ${tx(tier.table)} (device_no, at, packed)
    select * from ${unnestBuckets(tx, buckets)} as fresh
    on conflict do nothing returning 1`;
  if (added.length !== buckets.length) throw new RollupRaceError(tier.name);
}

function unnestBuckets(tx: SQL, buckets: readonly Bucket[]) {
  return tx`unnest(
    ${intArray(buckets.map((bucket) => bucket.deviceNo))}::int[],
    ${intArray(buckets.map((bucket) => bucket.at))}::int[],
    ${byteaArray(buckets.map((bucket) => packRollup(writer, bucket.rollup)))}::bytea[])`;
}
