import { afterAll, beforeAll, expect, test } from 'bun:test';
import pg from 'pg';
import { createDatabase } from './database.ts';
import { migrate } from './migrate.ts';
import { prepareStatements } from './roles.ts';
import { dropTestDatabase, emptyTestDatabase, testDatabase } from './testing.ts';

/** May log in, and nothing else. */
const LOGIN = `muster_restricted_${crypto.randomUUID().slice(0, 8)}`;
const PASSWORD = crypto.randomUUID();

let ownerUrl: string;
let url: string;

beforeAll(async () => {
  // Makes the four roles in the cluster, as an earlier installation may have.
  await (await testDatabase()).drop();
  ownerUrl = await emptyTestDatabase();
  await as(ownerUrl, `create role ${LOGIN} login password '${PASSWORD}' nosuperuser nocreatedb nocreaterole`);
  const restricted = new URL(ownerUrl);
  restricted.username = LOGIN;
  restricted.password = PASSWORD;
  url = restricted.href;
});
afterAll(async () => {
  await dropTestDatabase(ownerUrl);
  const server = new URL(ownerUrl);
  server.pathname = '/postgres';
  await as(server.href, `drop role ${LOGIN}`);
});

async function as(login: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: login });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

const start = () => migrate({ url, appVersion: '9999.0.0' });

test('DT-7: a login that may not prepare an external database is told what an administrator has to run', async () => {
  const database = new URL(url).pathname.slice(1);

  await expect(start()).rejects.toThrow(`grant create on database ${database} to muster_owner;`);

  expect(await as(ownerUrl, "select to_regnamespace('muster') is null as untouched")).toEqual([
    { untouched: true },
  ]);
});

test('DT-7: a login that may only switch to the four roles migrates, serves, and starts again', async () => {
  const database = new URL(url).pathname.slice(1);
  const statements = prepareStatements(LOGIN, database)
    .split('\n')
    .filter((line) => !line.startsWith('create role'));
  for (const statement of statements) await as(ownerUrl, statement);

  const first = await start();
  const again = await start();
  const served = createDatabase({ url, onError: () => undefined });
  const organisations = await served.system('test', (tx) =>
    tx.execute<{ n: number }>('select 1 as n from organisations'),
  );
  await served.ingest`select 1 from device_latest`;
  const seen = await served.installation((tx) => tx.execute('select 1 from organisations'));
  await served.close();

  expect(first.applied.length).toBeGreaterThan(8);
  expect(again.applied).toEqual([]);
  expect([organisations.rows.length, seen.rows.length]).toEqual([1, 0]);
  await expect(as(url, 'select 1 from public.devices')).rejects.toThrow(/permission denied/);
  await expect(as(url, 'create role other')).rejects.toThrow(/permission denied/);
});
