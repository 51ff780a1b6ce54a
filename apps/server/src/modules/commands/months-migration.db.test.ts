import { afterAll, beforeAll, expect, test } from 'bun:test';
import pg from 'pg';
import { migrate } from '../../platform/db/migrate.ts';
import { readMigrations } from '../../platform/db/migration-files.ts';
import { type TestDatabase, testDatabase } from '../../platform/db/testing.ts';
import { newId } from '../../platform/new-id.ts';

const BY_MONTH = 34;
const upTo = readMigrations().filter(({ number }) => number <= BY_MONTH);
let db: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  db = await testDatabase(upTo.map(({ number }) => number).filter((number) => number < BY_MONTH));
  client = new pg.Client({ connectionString: db.url });
  await client.connect();
  await client.query('set search_path = public');
});
afterAll(async () => {
  await client.end();
  await db.drop();
});

async function rows(): Promise<string[]> {
  const { rows } = await client.query<{ row: string }>('select c::text as row from commands c order by id');
  return rows.map(({ row }) => row);
}

/** A ledger of three organisations over two years and one moment of a clock that was wrong: a tenth of it is open. */
async function fill(): Promise<void> {
  for (const orgId of [newId<string>(), newId<string>(), newId<string>()]) {
    await client.query(
      `insert into commands (id, org_id, device_id, device_name, sequence, name, version, state, payload, envelope, result,
         timeout_ms, created_at, deliver_by, ended_at, due_at)
       select uuidv7(at - now()), $1, $1, 'db-' || n, n + 1, 'process.list', 1,
         case when n % 10 = 0 then 'queued' else 'succeeded' end, '{"a":1}', decode(md5(n::text), 'hex'),
         case when n % 10 = 0 then null else '{"ok":true}'::jsonb end, 1000, at, at,
         case when n % 10 = 0 then null else at end, case when n % 10 = 0 then at end
       from generate_series(0, 999) n, lateral (select now() - n * interval '17 hours' as at) moments`,
      [orgId],
    );
  }
  await client.query(
    `update commands set id = uuidv7('1999-12-31 23:59:59+00'::timestamptz - now()) where sequence = 7`,
  );
}

const run = (migrations = upTo) => migrate({ url: db.url, appVersion: '9999.0.0', migrations });

test('DT-4 DT-7: a ledger that is full is moved into months whole: every row of every organisation, byte for byte', async () => {
  await fill();
  const before = await rows();
  const killed = upTo.map((one) =>
    one.number === BY_MONTH
      ? { ...one, sql: `${one.sql}; reset role; select pg_terminate_backend(pg_backend_pid())` }
      : one,
  );

  // The server or its database dies when all is moved and nothing committed: the next start begins again.
  await expect(run(killed)).rejects.toThrow('Migration 34');
  expect(await rows()).toEqual(before);
  expect((await run()).applied).toEqual(['command_months']);

  expect(before.length).toBe(3_000);
  expect(await rows()).toEqual(before);
  const { rows: months } = await client.query<{ name: string; rows: string }>(
    'select tableoid::regclass::text as name, count(*) as rows from commands group by 1 order by 1',
  );
  expect(months[0]).toEqual({ name: 'commands_199912', rows: '3' });
  expect(months.length).toBeGreaterThan(23);
  const { rows: left } = await client.query("select to_regclass('commands_whole') as it");
  expect(left[0]).toEqual({ it: null });
});

test('a server of the version before goes on with the ledger by month', async () => {
  const [orgId, id] = [newId<string>(), newId<string>()];
  await client.query('set role muster_system');
  await client.query(
    `insert into commands (id, org_id, device_id, device_name, sequence, name, version, state, payload, envelope, timeout_ms,
       created_at, deliver_by, due_at) values ($1, $2, $2, 'x', 1, 'process.list', 1, 'queued', '{}', '', 1, now(), now(), now())`,
    [id, orgId],
  );
  const { rowCount } = await client.query(
    "update commands set state = 'cancelled', ended_at = now(), due_at = null where id in (select $1::uuid)",
    [id],
  );
  expect(rowCount).toBe(1);
});
