import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { OrgId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import { newId } from '../new-id.ts';
import { type TestDatabase, testDatabase } from './testing.ts';

let fixture: TestDatabase;
beforeAll(async () => {
  fixture = await testDatabase([1]);
});
afterAll(() => fixture.drop());

test('a transaction sees the organisations of its scope and no others', async () => {
  const other = newId<OrgId>();
  await fixture.database.system('test', (tx) =>
    tx.execute(sql`insert into organisations (id, name) values (${other}, 'other')`),
  );

  const seen = await fixture.database.transaction({ orgIds: [other] }, (tx) =>
    tx.execute<{ name: string }>(sql`select name from organisations`),
  );
  const none = await fixture.database.installation((tx) => tx.execute(sql`select name from organisations`));
  const all = await fixture.database.system('test', (tx) => tx.execute(sql`select name from organisations`));

  expect(seen.rows).toEqual([{ name: 'other' }]);
  expect(none.rows).toEqual([]);
  expect(all.rows).toHaveLength(2);
});

test('a scope does not outlive its transaction', async () => {
  const { rows } = await fixture.database.system('test', (tx) =>
    tx.execute<{ id: OrgId }>(sql`select id from organisations`),
  );
  const scope = { orgIds: rows.map((row) => row.id) };

  await fixture.database.transaction(scope, (tx) => tx.execute(sql`select 1`));
  const later = await Promise.all(
    Array.from({ length: 20 }, () =>
      fixture.database.installation((tx) => tx.execute(sql`select name from organisations`)),
    ),
  );

  expect(later.flatMap((result) => result.rows)).toEqual([]);
});

test('a failed transaction leaves nothing and gives its connection back', async () => {
  for (let round = 0; round < 20; round++) {
    const failing = fixture.database.system('test', async (tx) => {
      await tx.execute(sql`insert into settings (key, value) values ('left', '1')`);
      throw new Error('on purpose');
    });
    await expect(failing).rejects.toThrow('on purpose');
  }

  const { rows } = await fixture.database.installation((tx) =>
    tx.execute(sql`select key from settings where key = 'left'`),
  );
  expect(rows).toEqual([]);
});

test('the bulk pool works as the role muster_ingest, which reads no owned table', async () => {
  const [row] = await fixture.database.ingest`select current_user as name`;
  expect(row.name).toBe('muster_ingest');
  await expect((async () => await fixture.database.ingest`select * from sites`)()).rejects.toThrow(
    'permission denied',
  );
});

test('json written through drizzle is stored as an object, not as text', async () => {
  const value = { nested: { list: [1, 2] } };
  await fixture.database.system('test', (tx) =>
    tx.execute(sql`insert into settings (key, value) values ('json', ${value})`),
  );
  const { rows } = await fixture.database.installation((tx) =>
    tx.execute(sql`select jsonb_typeof(value) as kind from settings where key = 'json'`),
  );
  expect(rows).toEqual([{ kind: 'object' }]);
});
