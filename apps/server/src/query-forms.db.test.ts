import { afterAll, beforeAll, expect, test } from 'bun:test';
import { versionSortKey } from '@muster/query';
import { sql } from 'drizzle-orm';
import { createQueries } from './modules/devices/query/compile-query.ts';
import { DEVICE_FIELDS } from './modules/devices/query/fields.ts';
import { type Fleet, seedFleet } from './modules/devices/testing/seed-fleet.ts';
import { INVENTORY_FIELDS } from './modules/inventory/index.ts';
import { type TestDatabase, testDatabase } from './platform/db/testing.ts';

/*
 * A question to software is written in three forms: of all devices at once, of a list that is walked in its order, and of
 * a few devices one by one. Which of them is asked depends on time alone, so they must mean the same.
 */

const DEVICES = 300;
const VERSIONS = Array.from({ length: 9 }, (_, at) => `1.${at + 1}.0`);
const TERMS = [
  'software = lib-1',
  'software = LIB-2',
  'software in (lib-3, tool-4)',
  'software ~ lib',
  'software = *-4',
  'software = nothing',
  'software "lib-1" < 1.5',
  'software "lib-2" >= 1.9',
  'software "tool-4" = 1.3.0',
  'software "lib-3" != 1.4.0',
  'changed.software within 7d',
  'changed.software > 7d',
];

let fixture: TestDatabase;
let fleet: Fleet;
const queries = createQueries([...DEVICE_FIELDS, ...INVENTORY_FIELDS]);

beforeAll(async () => {
  fixture = await testDatabase();
  fleet = await seedFleet(fixture.database, DEVICES);
  await seedFleet(fixture.database, 50);
  await fixture.database.system('test', async (tx) => {
    await tx.execute(sql`set local role none`);
    await tx.execute(sql`
      insert into software_titles (ecosystem, name, name_folded)
      select 'deb', name, name from unnest(array['lib-1', 'lib-2', 'lib-3', 'tool-4', 'tool-14']) name`);
    for (const version of VERSIONS) {
      await tx.execute(sql`
        insert into software_versions (ecosystem, version, sort_key) values ('deb', ${version}, ${versionSortKey(version)})`);
    }
    await tx.execute(sql`
      insert into device_software (device_no, title_id, version_id, arch, since, generation)
      select d.device_no, t.id, 1 + (d.device_no * 7 + t.id) % 9, 'amd64', now(), 1
      from devices d cross join software_titles t where (d.device_no * 31 + t.id * 17) % 5 < 2`);
    await tx.execute(sql`
      insert into inventory_states (device_no, category, state, collected_at, received_at, changed_at, items, generation,
        replacing, whole)
      select device_no, 'software', '\\x00', now(), now(), now() - (device_no % 14) * interval '1 day', 1, 1, false, true
      from devices where device_no % 3 > 0`);
  });
});
afterAll(() => fixture.drop());

async function found(condition: ReturnType<typeof sql>): Promise<string[]> {
  const { rows } = await fixture.database.transaction({ orgIds: [fleet.orgId] }, (tx) =>
    tx.execute<{ id: string }>(sql`select d.id from muster.device_list d where ${condition} order by d.id`),
  );
  return rows.map(({ id }) => id);
}

test('GT-5, IV-10: the three forms of a question to software find the same devices', async () => {
  let matches = 0;
  const pairs = TERMS.flatMap((one, at) => [
    `${one} and not ${TERMS[(at + 5) % TERMS.length]}`,
    `not ${one} or os:linux`,
  ]);
  for (const text of [...TERMS, ...TERMS.map((term) => `not ${term}`), ...pairs]) {
    const { condition, walked, plan } = queries.compile(text);
    const expected = await found(condition);
    matches += expected.length;
    expect([text, await found(walked ?? sql`false`)]).toEqual([text, expected]);
    expect([text, await found(queries.conditionOf(plan))]).toEqual([text, expected]);
  }
  expect(matches).toBeGreaterThan(DEVICES);
});
