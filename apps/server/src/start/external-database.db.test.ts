import { expect, test } from 'bun:test';
import { dropTestDatabase, emptyTestDatabase } from '../platform/db/testing.ts';
import { startServerProcess, temporaryFolder } from '../testing/server-process.ts';
import { LIMIT_MS, refused, runSql } from '../testing/stage-servers.ts';

test(
  'DT-7: a foreign database and one of a newer Muster are one sentence each, and stay as they are',
  async () => {
    using folder = temporaryFolder();
    const url = await emptyTestDatabase();
    await runSql(url, 'create table orders (id int)');

    const foreign = await refused({ data: folder.path, env: { MUSTER_DATABASE_URL: url } });
    expect(foreign).toHaveLength(1);
    expect(foreign[0]).toContain('is not empty and was not made by Muster');
    await runSql(url, 'drop table orders');

    const server = startServerProcess({ data: folder.path, env: { MUSTER_DATABASE_URL: url } });
    await server.url();
    server.kill('SIGINT');
    expect(await server.exit()).toBe(0);
    await runSql(url, "update muster.migrations set min_app_version = '99.0.0' where number = 1");

    expect(await refused({ data: folder.path, env: { MUSTER_DATABASE_URL: url } })).toEqual([
      'muster: This database needs Muster 99.0.0 or newer; this is 0.1.0. Start the newer version again.',
    ]);
    await dropTestDatabase(url);
  },
  LIMIT_MS,
);

test('a database that does not answer is one sentence without its password', async () => {
  using folder = temporaryFolder();
  const lines = await refused({
    data: folder.path,
    env: { MUSTER_DATABASE_URL: 'postgres://muster:hunter2@127.0.0.1:9/muster' },
  });
  expect(lines).toEqual([
    'muster: The database at 127.0.0.1:9 does not answer; check --database-url and that PostgreSQL runs there.',
  ]);
});
