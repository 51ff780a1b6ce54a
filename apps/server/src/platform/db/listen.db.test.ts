import { afterAll, beforeAll, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { type TestDatabase, testDatabase } from './testing.ts';

let fixture: TestDatabase;

beforeAll(async () => {
  fixture = await testDatabase();
});
afterAll(() => fixture.drop());

async function until(holds: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await Bun.sleep(10)) if (holds()) return;
  throw new Error('it did not come true within 60 s');
}

const change = (description: string) =>
  fixture.database.system('test', (tx) =>
    tx.execute(sql`update roles set description = ${description} where built_in = 'viewer'`),
  );
/** As the cluster's owner: no role of ours may end the connections of a login. */
async function cut(): Promise<void> {
  const client = new pg.Client({ connectionString: fixture.url });
  await client.connect();
  await client.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'muster listener' and datname = current_database()`);
  await client.end();
}

test('SE-3: a change of rights is heard once it is committed, also after the listener’s connection was killed', async () => {
  let heard = 0;
  const stop = fixture.database.listen('muster_rights', () => heard++);
  await until(() => heard === 1); // connected: something may have been missed before

  await expect(
    fixture.database.system('test', async (tx) => {
      await tx.execute(sql`update roles set description = 'never' where built_in = 'viewer'`);
      throw new Error('taken back');
    }),
  ).rejects.toThrow('taken back');
  await change('one');
  await until(() => heard === 2);
  await cut();
  await until(() => heard === 3); // connected again
  await change('two');
  await until(() => heard === 4);
  await stop();
  await change('three');
  await Bun.sleep(200);

  expect(heard).toBe(4);
});
