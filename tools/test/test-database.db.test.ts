import { expect, test } from 'bun:test';
import { SQL } from 'bun';
import { startTestDatabase } from './test-database.ts';

test('the database of a test run is a real PostgreSQL that goes away with it', async () => {
  const database = await startTestDatabase();
  const sql = new SQL(database.url, { max: 1 });

  const [row] = await sql`select current_setting('server_version_num')::int as version`;
  await sql.close();
  await database.stop();

  expect(row.version).toBeGreaterThanOrEqual(180_000);
  await expect(new SQL(database.url, { max: 1, connectionTimeout: 2 })`select 1`.execute()).rejects.toThrow();
}, 120_000);
