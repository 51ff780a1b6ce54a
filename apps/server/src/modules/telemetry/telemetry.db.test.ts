import { afterAll, beforeAll, expect, test } from 'bun:test';
import { create } from '@bufbuild/protobuf';
import {
  type DeviceId,
  METRICS,
  type MetricName,
  metricNamed,
  type OrgId,
  toQuanta,
} from '@muster/contracts';
import {
  CheckInSchema,
  InstanceMetricsSchema,
  InstanceSchema,
  InstancesSchema,
  MetricSetSchema,
  MinuteSchema,
  SampleSchema,
  type ServerFrame,
} from '@muster/contracts/wire';
import pg from 'pg';
import type { Actor } from '../../platform/actor.ts';
import { type TestDatabase, testDatabase } from '../../platform/db/testing.ts';
import type { DeviceLink } from '../../platform/gateway/ports.ts';
import { createLog } from '../../platform/log/index.ts';
import { newId } from '../../platform/new-id.ts';
import { until } from '../../testing/ledger-fixture.ts';
import { createTelemetry, type Telemetry } from './index.ts';

const NOW = Date.UTC(2026, 10, 21, 12, 0, 30);
const THIS_MINUTE = Math.floor(NOW / 60_000);
const orgId = newId<'OrgId'>() as OrgId;
const deviceId = newId<'DeviceId'>() as DeviceId;
const link: DeviceLink = { deviceId, deviceNo: 1, orgId, lifecycle: 'active', connectionEpoch: 1n };
const actor: Actor = { kind: 'system', part: 'test', scope: { orgIds: [orgId] } };

let db: TestDatabase;
let admin: pg.Client;
let telemetry: Telemetry;
let nowMs = NOW;
const sent: ServerFrame[] = [];

beforeAll(async () => {
  db = await testDatabase();
  admin = new pg.Client({ connectionString: db.url });
  await admin.connect();
  const siteId = newId();
  await admin.query('insert into organisations (id, name) values ($1, $2)', [orgId, 'Telemetry']);
  await admin.query('insert into sites (id, org_id, name) values ($1, $2, $3)', [siteId, orgId, 'Main']);
  await admin.query(
    `insert into devices (id, org_id, site_id, device_no, lifecycle, os, arch, hostname, hostname_folded, search_text)
     overriding system value values ($1, $2, $3, 1, 'active', 'linux', 'amd64', 'a', 'a', 'a')`,
    [deviceId, orgId, siteId],
  );
  telemetry = createTelemetry({
    database: db.database,
    log: createLog('silent'),
    now: () => nowMs,
    mustExist: async () => undefined,
    node: {
      send: (_, frame) => sent.push(frame) > 0,
      cut: () => undefined,
      isConnected: () => true,
      connectedCount: () => 1,
    },
  });
});

afterAll(async () => {
  await telemetry?.stop();
  await admin?.end();
  await db?.drop();
});

const set = (values: Partial<Record<MetricName, number>>) => {
  const chosen = METRICS.filter((metric) => values[metric.name] !== undefined);
  return create(MetricSetSchema, {
    metrics: chosen.map((metric) => metric.number),
    values: chosen.map((metric) => BigInt(toQuanta(metric, values[metric.name] ?? 0))),
  });
};
const aMinute = (minute: number, cpu: number) =>
  create(MinuteSchema, {
    minute,
    samples: 6,
    metrics: set({
      cpu,
      'memory.used': 2 ** 30,
      'memory.total': 2 ** 32,
      'network.received': 800,
      'network.sent': 200,
    }),
    instances: [
      create(InstanceMetricsSchema, {
        instance: 1,
        metrics: set({ 'disk.used': 9 * 2 ** 30, 'disk.total': 10 * 2 ** 30 }),
      }),
    ],
  });
const checkIn = (...minutes: ReturnType<typeof aMinute>[]) => create(CheckInSchema, { id: 7n, minutes });
const series = async (ask: {
  fromMinute: number;
  toMinute: number;
  resolution: number;
  metrics?: string;
  instances?: boolean;
}) =>
  telemetry.getSeries(actor, {
    deviceId,
    from: new Date(ask.fromMinute * 60_000).toISOString(),
    to: new Date(ask.toMinute * 60_000).toISOString(),
    resolution: ask.resolution,
    metrics: ask.metrics,
    instances: ask.instances ?? false,
  });

test('a minute is acknowledged after commit, a repeated one changes nothing, and both rollups hold it once (TM-1, TM-5)', async () => {
  const start = THIS_MINUTE - (THIS_MINUTE % 60) - 60;
  const minutes = [10, 20, 30, 40, 50].map((cpu, index) => aMinute(start + index, cpu));

  const reply = await telemetry.port.checkIn(link, checkIn(...minutes));
  await telemetry.port.checkIn(link, checkIn(...minutes.slice(2)));
  const late = aMinute(start + 30, 99);
  await telemetry.port.checkIn(link, checkIn(late));

  expect(reply.id).toBe(7n);
  expect(reply.acknowledgedMinutes).toEqual(minutes.map((minute) => minute.minute));
  const five = await series({ fromMinute: start, toMinute: start + 5, resolution: 300, metrics: 'cpu' });
  expect(five.source).toBe('5m');
  expect(five.series[0]).toMatchObject({ mean: [30], min: [10], max: [50] });
  const hour = await series({ fromMinute: start, toMinute: start + 60, resolution: 3_600, metrics: 'cpu' });
  expect(hour.source).toBe('1h');
  expect(hour.series[0]).toMatchObject({ mean: [41.5], min: [10], max: [99] });
});

test('check-ins of many devices at once share transactions and lose nothing', async () => {
  const start = THIS_MINUTE - 600;
  const links = Array.from({ length: 300 }, (_, index) => ({ ...link, deviceNo: 1_000 + index }));

  await Promise.all(
    links.flatMap((each) =>
      [0, 1, 2].map((offset) => telemetry.port.checkIn(each, checkIn(aMinute(start + offset, 5)))),
    ),
  );

  const stored = await admin.query<{ minutes: string; buckets: string }>(
    `select (select count(*) from telemetry_minutes where device_no >= 1000) as minutes,
            (select count(*) from telemetry_1h where device_no >= 1000) as buckets`,
  );
  expect(stored.rows[0]).toEqual({ minutes: '900', buckets: '300' });
});

test('a late minute within retention is stored, one past it or from the future is refused by name (TM-4)', async () => {
  const past = aMinute(THIS_MINUTE - 3 * 1_440, 11);
  const tooOld = aMinute(THIS_MINUTE - 8 * 1_440, 12);
  const future = aMinute(THIS_MINUTE + 30, 13);

  const reply = await telemetry.port.checkIn(link, checkIn(past, tooOld, future));

  expect(reply.acknowledgedMinutes).toEqual([past.minute]);
  expect(reply.refusedMinutes).toEqual([tooOld.minute, future.minute]);
});

test('latest values follow the newest minute, disks under their names', async () => {
  telemetry.port.instances(
    link,
    create(InstancesSchema, {
      instances: [create(InstanceSchema, { instance: 1, kind: 'disk', name: 'C:', detail: 'NTFS' })],
    }),
  );
  await telemetry.port.checkIn(link, checkIn(aMinute(THIS_MINUTE - 1, 42)));
  await telemetry.port.checkIn(link, checkIn(aMinute(THIS_MINUTE - 5, 1)));
  await telemetry.stop();

  const row = await admin.query(
    'select cpu_percent, memory_percent, network_bits_per_second, disk_names, disk_free_percents from device_latest where device_no = 1',
  );
  expect(row.rows[0]).toMatchObject({
    cpu_percent: 42,
    memory_percent: 25,
    network_bits_per_second: '1000',
    disk_names: ['c:'],
  });
  expect(row.rows[0].disk_free_percents[0]).toBeCloseTo(10, 1);
  const named = await series({
    fromMinute: THIS_MINUTE - 1,
    toMinute: THIS_MINUTE,
    resolution: 60,
    metrics: 'disk.used',
    instances: true,
  });
  expect(named.series[0]).toMatchObject({
    instance: { kind: 'disk', name: 'C:', detail: 'NTFS' },
    mean: [9 * 2 ** 30],
  });
});

test('another organisation reads nothing of a device (SE-2)', async () => {
  const stranger: Actor = { kind: 'system', part: 'test', scope: { orgIds: [newId<'OrgId'>() as OrgId] } };

  const answer = await telemetry.getSeries(stranger, { deviceId, instances: true });

  expect(answer.series).toEqual([]);
});

test('the application role cannot read or write a telemetry table by itself', async () => {
  const direct = db.database.transaction({ orgIds: [orgId] }, (tx) =>
    tx.execute('select count(*) from telemetry_minutes'),
  );

  expect(direct.catch((error: Error) => Promise.reject(error.cause ?? error))).rejects.toThrow(
    'permission denied',
  );
});

test('a watched device is asked for a sample a second, and its samples reach the watcher until nobody looks (HB-1, TM-3)', async () => {
  const heard: number[] = [];
  telemetry.onSample((_, sample) => heard.push(sample.values.cpu ?? Number.NaN));
  const sample = (cpu: number, atMs: number) =>
    create(SampleSchema, { atMs: BigInt(atMs), metrics: set({ cpu }) });

  const stop = telemetry.watch(deviceId);
  telemetry.port.sample(link, sample(12.5, NOW));
  stop();
  telemetry.port.sample(link, sample(13, NOW + 1_000));

  expect(sent.map((frame) => frame.body.case === 'liveMode' && frame.body.value.intervalMs)).toEqual([
    1_000, 0,
  ]);
  expect(heard).toEqual([12.5]);
  expect(telemetry.latest(deviceId)?.values.cpu).toBe(13);
  expect(telemetry.rowValues(deviceId)).toMatchObject({ cpuPercent: 13, memoryPercent: null });
});

test('the last five minutes are served from memory (TM-8)', async () => {
  const answer = await telemetry.getSeries(actor, {
    deviceId,
    from: new Date(NOW - 60_000).toISOString(),
    to: new Date(NOW + 2_000).toISOString(),
    resolution: 1,
    instances: false,
  });

  expect(answer.source).toBe('hot');
  expect(answer.series.find((one) => one.metric === 'cpu')?.mean.filter((value) => value !== null)).toEqual([
    12.5, 13,
  ]);
});

test('a device that is not active stores nothing', async () => {
  const reply = await telemetry.port.checkIn(
    { ...link, deviceNo: 2, lifecycle: 'pending' },
    checkIn(aMinute(THIS_MINUTE - 2, 1)),
  );

  expect(reply.refusedMinutes).toEqual([THIS_MINUTE - 2]);
  expect((await admin.query('select from telemetry_minutes where device_no = 2')).rowCount).toBe(0);
});

test('partitions past retention are dropped whole and the next ones exist before they are needed (TM-5, DT-3)', async () => {
  const before = await admin.query('select from telemetry_minutes where device_no = 1 and at < $1', [
    THIS_MINUTE - 1_440,
  ]);
  nowMs = NOW + 9 * 86_400_000;

  await telemetry.start();
  await telemetry.stop();

  const after = await admin.query('select from telemetry_minutes where device_no = 1');
  const hours = await admin.query('select from telemetry_1h where device_no = 1');
  const tomorrow = await admin.query('select to_regclass($1) as name', [
    `telemetry_minutes_${(Math.floor(Math.floor(nowMs / 60_000) / 1_440) + 1) * 1_440}`,
  ]);
  expect(before.rowCount).toBeGreaterThan(0);
  expect(after.rowCount).toBe(0);
  expect(hours.rowCount).toBeGreaterThan(0);
  expect(tomorrow.rows[0].name).not.toBeNull();
});

test('metric numbers are wire identity: the catalogue keeps them', () => {
  expect(metricNamed('cpu').number).toBe(1);
  expect(new Set(METRICS.map((metric) => metric.number)).size).toBe(METRICS.length);
});

/** Another device than the one that attacks; it did nothing wrong. */
async function anotherDevice(deviceNo: number): Promise<DeviceLink> {
  nowMs = NOW;
  const id = newId<'DeviceId'>() as DeviceId;
  await admin.query(
    `insert into devices (id, org_id, site_id, device_no, lifecycle, os, arch, hostname, hostname_folded, search_text)
     overriding system value
     select $1, org_id, site_id, $2, 'active', 'linux', 'amd64', 'b', 'b', 'b' from devices where device_no = 1`,
    [id, deviceNo],
  );
  return { ...link, deviceId: id, deviceNo };
}
const latestOfDevice = async (deviceNo: number) =>
  (await admin.query('select at, cpu_percent from device_latest where device_no = $1', [deviceNo])).rows[0];

test('numbers that no machine has break neither the rollups of their device nor the check-ins of the others', async () => {
  const neighbour = await anotherDevice(41);
  const start = THIS_MINUTE - (THIS_MINUTE % 60) - 600;
  const huge = BigInt(Number.MAX_SAFE_INTEGER - 100);
  const impossible = (minute: number) =>
    create(MinuteSchema, { minute, metrics: create(MetricSetSchema, { metrics: [1], values: [huge] }) });
  await telemetry.port.checkIn(
    link,
    checkIn(...Array.from({ length: 50 }, (_, index) => impossible(start + index))),
  );

  const [, honest] = await Promise.all([
    telemetry.port.checkIn(link, checkIn(impossible(start + 50))),
    telemetry.port.checkIn(neighbour, checkIn(aMinute(start, 10))),
  ]);

  expect(honest.acknowledgedMinutes).toEqual([start]);
});

test('a device whose rollup cannot be read keeps no minute of the others from being stored', async () => {
  const neighbour = await anotherDevice(42);
  const start = THIS_MINUTE - (THIS_MINUTE % 60) - 900;
  await telemetry.port.checkIn(link, checkIn(aMinute(start, 10)));
  await admin.query(`update telemetry_1h set packed = '\\x80' where device_no = 1 and at = $1`, [start]);

  const [damaged, honest] = await Promise.allSettled([
    telemetry.port.checkIn(link, checkIn(aMinute(start + 1, 10))),
    telemetry.port.checkIn(neighbour, checkIn(aMinute(start, 10))),
  ]);

  expect(damaged.status).toBe('rejected');
  expect(honest).toMatchObject({ status: 'fulfilled', value: { acknowledgedMinutes: [start] } });
});

test('latest values go on after the clock of the server ran ahead for a while', async () => {
  const early = await anotherDevice(44);
  nowMs = NOW + 400 * 86_400_000;
  await telemetry.port.checkIn(early, checkIn(aMinute(Math.floor(nowMs / 60_000), 70)));
  await until(async () => (await latestOfDevice(44))?.cpu_percent === 70);

  nowMs = NOW;
  await telemetry.port.checkIn(early, checkIn(aMinute(THIS_MINUTE, 25)));
  await until(async () => (await latestOfDevice(44))?.cpu_percent === 25);

  expect(await latestOfDevice(44)).toMatchObject({ cpu_percent: 25, at: new Date(THIS_MINUTE * 60_000) });
});

test('a disk, or a health, that the table of latest values cannot hold costs nobody else theirs', async () => {
  const neighbour = await anotherDevice(43);
  const instance = (name: string) => create(InstanceSchema, { instance: 1, kind: 'disk', name });
  telemetry.port.instances(
    link,
    create(InstancesSchema, { instances: [instance(`\0\ud83d${'d'.repeat(197)}😀`)] }),
  );
  const health = { residentBytes: 2n ** 64n - 1n, cpuPermille: 4e9, minutesDropped: 4e9, shedding: false };

  await Promise.all([
    telemetry.port.checkIn(link, create(CheckInSchema, { minutes: [aMinute(THIS_MINUTE, 30)], health })),
    telemetry.port.checkIn(neighbour, checkIn(aMinute(THIS_MINUTE, 20))),
  ]);
  await telemetry.stop();

  expect(await latestOfDevice(43)).toMatchObject({ cpu_percent: 20 });
  expect(await latestOfDevice(1)).toMatchObject({ cpu_percent: 30 });
});
