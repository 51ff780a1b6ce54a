import { afterAll, beforeAll, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import type { Actor } from '../../platform/actor.ts';
import { INVENTORY_FIELDS } from '../inventory/index.ts';
import { createQueries } from './query/compile-query.ts';
import { DEVICE_FIELDS } from './query/fields.ts';
import { aFixture, type Fixture } from './testing/device-fixture.ts';
import { type Fleet, seedFleet } from './testing/seed-fleet.ts';
import { summariseDevices } from './usecases/summarise-devices.ts';
import { viewFleet } from './usecases/view-fleet.ts';

let fixture: Fixture;
let fleet: Fleet;
let actor: Actor;

beforeAll(async () => {
  fixture = await aFixture();
  fleet = await seedFleet(fixture.test.database, 900);
  const other = await seedFleet(fixture.test.database, 60);
  await protect(fleet, 7);
  await protect(other, 1);
  actor = { kind: 'system', part: 'test', scope: { orgIds: [fleet.orgId] } };
});
afterAll(() => fixture.close());

const queries = createQueries([...DEVICE_FIELDS, ...INVENTORY_FIELDS]);
const deps = () => ({ database: fixture.test.database, queries });
const countOf = async (query: string) => (await summariseDevices(deps(), actor, query)).total;

/** Each nth device has a firewall off and one on, an antivirus off and each second one on, and looked at itself four days ago. */
async function protect({ orgId }: Fleet, nth: number): Promise<void> {
  await fixture.test.database.system('seed', async (tx) => {
    const { rows } = await tx.execute<{ no: number }>(
      sql`select device_no as no from devices where org_id = ${orgId} and device_no % ${nth} = 0`,
    );
    const some = sql`unnest(${`{${rows.map(({ no }) => no).join(',')}}`}::int[])`;
    await tx.execute(sql`set local role muster_ingest`);
    await tx.execute(sql`
      insert into inventory_items (device_no, category, kind, key, fields, since, generation)
      select no, 'security', kind, key, jsonb_build_object('state', state), now(), 1
      from ${some} no, (values ('firewall', 'nft', 'off'), ('firewall', 'ufw', 'on'), ('antivirus', 'Old', 'off'),
        ('antivirus', 'New', 'on')) v (kind, key, state) where key <> 'New' or no % 2 = 0`);
    await tx.execute(sql`
      insert into inventory_states (device_no, category, state, collected_at, received_at, changed_at, items, generation,
        replacing, whole)
      select no, 'system', '', now() - interval '4 days', now(), now() - interval '9 days', 1, 1, false, true
      from ${some} no`);
  });
}

test('UI-6: every number of the overview is what its query lists, for the organisations of who asks alone', async () => {
  const view = await viewFleet(deps(), actor);
  const numbers = [
    ...view.states,
    ...view.systems.top,
    ...view.versions.top,
    ...view.agents.top,
    ...view.problems,
  ];
  expect(numbers.length).toBeGreaterThan(20);
  for (const { query, count } of numbers)
    expect(`${query}: ${await countOf(query)}`).toBe(`${query}: ${count}`);
  expect(view.total).toBe(await countOf('lifecycle = active'));
});

test('UI-6: states and systems add up to all active devices, most frequent first', async () => {
  const { total, states, systems, versions, agents } = await viewFleet(deps(), actor);
  const sum = (rows: readonly { count: number }[]) => rows.reduce((all, { count }) => all + count, 0);
  expect(sum(states)).toBe(total);
  for (const { top, others } of [systems, versions, agents]) {
    expect(sum(top) + others).toBe(total);
    expect(top.map(({ count }) => count)).toEqual(top.map(({ count }) => count).toSorted((a, b) => b - a));
  }
});

test('UI-6: problems that nothing has are left out, and those of the inventory are counted once for each device', async () => {
  const { problems } = await viewFleet(deps(), actor);
  expect(problems.every(({ count }) => count > 0)).toBe(true);
  const firewall = problems.find(({ problem }) => problem === 'firewall-off');
  expect(firewall?.count).toBe(await countOf('lifecycle = active and firewall = off'));
  expect(firewall?.count).toBeGreaterThan(50);
  const antivirus = problems.find(({ problem }) => problem === 'antivirus-off');
  expect(antivirus?.count).toBe(
    await countOf('lifecycle = active and antivirus = off and not antivirus = on'),
  );
  expect(await countOf('lifecycle = active and antivirus = off')).toBeGreaterThan(antivirus?.count ?? 0);
  expect(await countOf('firewall = off and firewall = on')).toBe(await countOf('firewall = on'));
  expect(await countOf('not firewall = off')).toBe((await countOf('')) - (await countOf('firewall = off')));
  expect(await countOf('inventory.collected > 3d')).toBe(await countOf('firewall = off'));
  expect(await countOf('inventory.collected > 5d')).toBe(0);
  expect(problems.map(({ problem }) => problem)).toContain('stale-inventory');
});

test('UI-6: a query narrows the overview, as the place that somebody has chosen does', async () => {
  const all = await viewFleet(deps(), actor);
  const { total } = await viewFleet(deps(), actor, 'os = linux');
  expect(total).toBe(await countOf('os = linux and lifecycle = active'));
  expect(total).toBeLessThan(all.total);
});
