import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type DeviceId, type DeviceRow, DeviceSort } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import type { Actor } from '../../platform/actor.ts';
import { createQueries } from './query/compile-query.ts';
import { DEVICE_FIELDS } from './query/fields.ts';
import { sortOf } from './query/sorts.ts';
import { aFixture, type Fixture } from './testing/device-fixture.ts';
import { type Fleet, seedFleet } from './testing/seed-fleet.ts';
import { completeValues } from './usecases/complete-values.ts';
import { listDevices } from './usecases/list-devices.ts';
import { summariseDevices } from './usecases/summarise-devices.ts';

const FLEET = 700;

let fixture: Fixture;
let fleet: Fleet;
let actor: Actor;

beforeAll(async () => {
  fixture = await aFixture();
  fleet = await seedFleet(fixture.test.database, FLEET);
  await seedFleet(fixture.test.database, 50);
  actor = { kind: 'system', part: 'test', scope: { orgIds: [fleet.orgId] } };
});
afterAll(() => fixture.close());

const queries = createQueries(DEVICE_FIELDS);
const deps = () => ({ database: fixture.test.database, queries });
const list = (query: string, sort: DeviceSort = 'hostname', limit = 500) =>
  listDevices(deps(), actor, { query, sort, limit });

/** What a person who reads the tables would find. */
async function truth(condition: string): Promise<number> {
  return fixture.test.database.system('test', async (tx) => {
    const { rows } = await tx.execute<{ count: number }>(sql`
      select count(*)::int as count from devices d join device_presence p using (device_no)
      left join device_latest l using (device_no) join sites s on s.id = d.site_id
      where d.org_id = ${fleet.orgId} and (${sql.raw(condition)})`);
    return rows[0]?.count ?? -1;
  });
}

async function walk(sort: DeviceSort, limit: number): Promise<DeviceRow[]> {
  const rows: DeviceRow[] = [];
  let cursor: string | undefined;
  do {
    const page = await listDevices(deps(), actor, { sort, limit, cursor });
    rows.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor);
  return rows;
}

describe('the list of devices', () => {
  for (const sort of DeviceSort.options) {
    test(`UI-1: sorted by ${sort}, pages follow each other without a gap or a repeat, missing values last`, async () => {
      const rows = await walk(sort, 97);

      expect(new Set(rows.map((row) => row.id)).size).toBe(FLEET);
      expect(rows.length).toBe(FLEET);
      const { value, descending } = sortOf(sort);
      const expected = await fixture.test.database.transaction(actor.scope, async (tx) => {
        const way = descending ? 'desc' : 'asc';
        const { rows: ids } = await tx.execute<{ id: DeviceId }>(
          sql.raw(`select d.id from muster.device_list d order by ${value} ${way} nulls last, d.id ${way}`),
        );
        return ids.map(({ id }) => id);
      });
      expect(rows.map((row) => row.id)).toEqual(expected);
    });
  }

  const filters: [query: string, condition: string][] = [
    ['', 'true'],
    ['hostname = srv-*', "hostname like 'srv-%'"],
    ['name ~ reception', "display_name ilike '%reception%'"],
    ['os:windows', "os = 'windows'"],
    ['os:debian', "os_name ilike '%debian%'"],
    ['os.version >= 12.5', "split_part(os_version, '.', 2)::int >= 5"],
    ['arch = arm64', "arch = 'arm64'"],
    ['status = online', "presence = 'online'"],
    ['status != online', "presence <> 'online'"],
    ['status = unknown', "presence = 'unknown'"],
    ['reason = silent', "reason = 'silent'"],
    ['lifecycle = pending', "lifecycle = 'pending'"],
    ['site = berlin', "s.name = 'Berlin'"],
    ['tag.role = server', "tags ->> 'role' = 'server'"],
    ['not tag.role = kiosk', "(tags ->> 'role' = 'kiosk') is not true"],
    ['ip in 10.0.1.0/24', "'10.0.1.0/24' >>= any (addresses)"],
    ['ip = 10.0.0.7', "'10.0.0.7' = any (addresses)"],
    ['mac = 02:00:00:00:00:0A', "'02:00:00:00:00:0a' = any (macs)"],
    ['serial ~ abc', "serial_number ilike '%abc%'"],
    ['manufacturer:dell', "manufacturer = 'Dell Inc.'"],
    ['model = "Model 3"', "model = 'Model 3'"],
    ['agent.version < 1.2', "split_part(agent_version, '.', 2)::int < 2"],
    ['cpu > 90%', 'cpu_percent > 90'],
    ['memory <= 50%', 'memory_percent <= 50'],
    ['disk.free < 10%', 'disk_free_percent_least < 10'],
    ['disk.free > 90%', 'disk_free_percent_most > 90'],
    ['disk.used > 95%', 'disk_free_percent_least < 5'],
    ['disk.free < 10GB', 'disk_free_bytes_least < 10000000000'],
    ['disk["C:"].free < 10%', 'disk_free_percents[1] < 10'],
    ['disk["D:"].used >= 50%', 'disk_free_percents[2] <= 50'],
    ['last_seen > 3d', "presence <> 'online' and last_seen_at < now() - interval '3 days'"],
    ['last_seen < 3d', "presence = 'online' or last_seen_at > now() - interval '3 days'"],
    ['booted > 7d', "booted_at < now() - interval '7 days'"],
    ['uptime > 30d', "presence = 'online' and booted_at < now() - interval '30 days'"],
    ['berlin', "s.name = 'Berlin'"],
    ['"10.0.0.77"', "'10.0.0.77' = any (addresses)"],
    [
      'os:windows and status = online and disk.free < 10%',
      "os = 'windows' and presence = 'online' and disk_free_percent_least < 10",
    ],
  ];
  for (const [query, condition] of filters) {
    test(`UI-1: the query \`${query}\` finds exactly the devices that it describes`, async () => {
      const expected = await truth(condition);

      const page = await list(query);

      expect(expected).toBeGreaterThan(0);
      expect(page.count).toEqual({ value: expected, exact: true });
      expect(page.items.length).toBe(Math.min(500, expected));
    });
  }

  test('HB-7: the last contact of an online device is now, of another one the stored time', async () => {
    const before = Date.now();
    const [online] = (await list('status = online', 'hostname', 1)).items;
    const [offline] = (await list('status = offline', 'last_seen', 1)).items;

    expect(Date.parse(online?.lastSeenAt ?? '')).toBeGreaterThanOrEqual(before);
    expect(Date.parse(offline?.lastSeenAt ?? '')).toBeLessThan(Date.now() - 60_000);
  });

  test('metrics older than five minutes are not shown and match nothing', async () => {
    const { items } = await list('cpu > 0% and status = online', 'hostname', 1);
    const [row] = items;
    await fixture.test.database.system('test', (tx) =>
      tx.execute(sql`update device_latest l set at = now() - interval '6 minutes' from devices d
        where d.device_no = l.device_no and d.id = ${row?.id}`),
    );

    const [after] = (await list(`id = "${row?.id}"`)).items;
    const matching = await list(`id = "${row?.id}" and cpu > 0%`);

    expect(row?.latest?.cpuPercent).toBeNumber();
    expect(after?.latest).toBeNull();
    expect(matching.items).toEqual([]);
  });

  test('a query that cannot be read is refused with the place and the repair', async () => {
    const refused = list('os:windws and cpu > lots');

    await expect(refused).rejects.toMatchObject({ code: 'invalid_input', params: { field: 'query' } });
    await refused.catch((error) =>
      expect(error.params.errors[0]).toMatchObject({ column: expect.any(Number) }),
    );
  });

  test('a cursor of another order, or one made up, is refused', async () => {
    const { next } = await listDevices(deps(), actor, { sort: 'hostname', limit: 10 });

    const read = (cursor: string, sort: DeviceSort) =>
      listDevices(deps(), actor, { sort, limit: 10, cursor });

    await expect(read(next ?? '', '-cpu')).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(read('bm9uc2Vuc2U', 'hostname')).rejects.toMatchObject({ code: 'invalid_input' });
  });

  test('text of a person never becomes SQL', async () => {
    const hostile = `"'; drop table devices; --" or hostname = "x' or '1'='1" or tag["a' b"] = "$1"`;

    expect((await list(hostile)).items).toEqual([]);
    expect(await truth('true')).toBe(FLEET);
  });
});

describe('summary and values', () => {
  test('UI-1: the summary counts what matches, and names also the states that nobody is in', async () => {
    const summary = await summariseDevices(deps(), actor, 'os:windows');

    expect(summary.total).toBe(await truth("os = 'windows'"));
    expect(summary.presence.online).toBe(await truth("os = 'windows' and presence = 'online'"));
    expect(summary.os).toEqual({ windows: summary.total });
    expect(summary.lifecycle.retired).toBe(0);
  });

  test('GT-6: values are completed from the fleet by frequency: keys of tags, values of a key, names, addresses', async () => {
    const complete = (field: string, prefix = '') => completeValues(deps(), actor, { field, prefix });

    expect((await complete('tag')).map(({ value }) => value).sort()).toEqual(['ring', 'role']);
    expect((await complete('tag.role', 'DES')).map(({ value }) => value)).toEqual(['desktop']);
    expect((await complete('site', 'k'))[0]).toEqual({
      value: 'Köln',
      count: await truth("s.name = 'Köln'"),
    });
    expect((await complete('ip', '10.0.0.7'))[0]?.value).toMatch(/^10\.0\.0\.7/);
    expect(await complete('status')).toContainEqual({
      value: 'online',
      count: await truth("presence = 'online'"),
    });
    expect(await complete('cpu')).toEqual([]);
    await expect(complete('nonsense')).rejects.toMatchObject({ code: 'invalid_input' });
  });
});

describe('a count that takes too long', () => {
  const FIRST_PAGE = { query: 'not manufacturer:nobody', sort: '-cpu', limit: 50 } as const;
  let large: Fleet;
  let reader: Actor;

  beforeAll(async () => {
    large = await seedFleet(fixture.test.database, 20_000);
    reader = { kind: 'system', part: 'test', scope: { orgIds: [large.orgId] } };
  }, 120_000);

  test('UI-1: becomes "at least" for the first page, and the summary that follows completes it', async () => {
    const countTimes = { togetherMs: 1, allMs: 1, someMs: 5_000 };

    const page = await listDevices({ ...deps(), countTimes }, reader, FIRST_PAGE);
    const behind = await summariseDevices(deps(), reader, FIRST_PAGE.query);

    expect(page.items).toHaveLength(50);
    expect(page.count).toEqual({ value: 1_000, exact: false });
    expect(behind.total).toBe(20_000);
  });

  test('UI-1: is "at least" what is shown and one more where not even a part of it can be counted', async () => {
    const countTimes = { togetherMs: 1, allMs: 1, someMs: 1 };
    const few = { query: 'ip in 10.0.1.0/24', sort: '-cpu', limit: 500 } as const;

    const page = await listDevices({ ...deps(), countTimes }, reader, FIRST_PAGE);
    const short = await listDevices({ ...deps(), countTimes }, reader, few);

    expect(page.count).toMatchObject({ exact: false });
    expect([51, 1_000]).toContain(page.count?.value ?? 0);
    expect(short.count).toEqual({ value: 256, exact: true });
  });
});
