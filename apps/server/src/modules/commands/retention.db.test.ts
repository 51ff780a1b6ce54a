import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import { type CommandId, LONGEST_DELIVER_WITHIN_MS } from '@muster/contracts';
import { CommandState as Wire } from '@muster/contracts/wire';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { type Clock, systemClock } from '../../platform/clock/index.ts';
import type { DeviceLink } from '../../platform/gateway/ports.ts';
import { createSettings } from '../../platform/settings/index.ts';
import {
  aDevice,
  anUpdate,
  aPerson,
  type LedgerFixture,
  ledgerFixture,
  until,
} from '../../testing/ledger-fixture.ts';
import { dropMonth, findPastMonth, makeMonths } from './db/months.ts';
import { startRetention } from './delivery/retention.ts';
import { oldestOpenAt } from './domain/clocks.ts';
import { firstIdAt, monthOf } from './domain/months.ts';
import { createLedgerMonths } from './ledger-months.ts';

const DAY_MS = 86_400_000;
const KEEP_DAYS = 365;
let fixture: LedgerFixture;

beforeAll(async () => {
  fixture = await ledgerFixture();
});
afterEach(() => expect(fixture.errors.splice(0)).toEqual([]));
afterAll(() => fixture.close());

const system = <T extends Record<string, unknown>>(query: ReturnType<typeof sql>) =>
  fixture.db.database.system('test', async (tx) => (await tx.execute<T>(query)).rows);
const clockAt = (atMs: () => number): Clock => ({ ...systemClock, now: atMs });
const monthsAt = (atMs: () => number) =>
  createLedgerMonths({ database: fixture.db.database, clock: clockAt(atMs) });
/** What retention does on a day, so many days from now. */
const tidy = (inDays = 0) => {
  const at = Date.now() + inDays * DAY_MS;
  return monthsAt(() => at).tidy(new Date(at - KEEP_DAYS * DAY_MS));
};
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);
const nameOf = (at: Date) => `commands_${at.toISOString().slice(0, 7).replace('-', '')}`;
/** The first moment of a month that lies so many months back, and its partition. */
function aMonth(back: number): { at: Date; name: string } {
  const now = new Date();
  const at = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back));
  return { at, name: nameOf(at) };
}
const partitions = async () =>
  (
    await system<{ name: string }>(sql`
      select c.relname as name from pg_inherits join pg_class c on c.oid = inhrelid
      where inhparent = 'commands'::regclass order by 1`)
  ).map(({ name }) => name);
const stored = async () =>
  (await system<{ id: CommandId }>(sql`select id from commands where org_id = ${fixture.orgId}`)).map(
    ({ id }) => id,
  );

type Made = { readonly id: CommandId; readonly asked: CommandId; readonly link: DeviceLink };

/** A command as one that was asked for at that time: open, or cancelled right then. `asked` is what the audit log calls it. */
async function aCommandOf(at: Date, state: 'open' | 'ended'): Promise<Made> {
  const ada = aPerson(fixture.orgId);
  const link = await aDevice(fixture);
  const asked = await fixture.commands.run(ada, {
    ...{ deviceId: link.deviceId, name: 'process.list', payload: {} },
    deliverWithinMs: LONGEST_DELIVER_WITHIN_MS,
  });
  if (state === 'ended') await fixture.commands.cancel(ada, { commandId: asked.id });
  await fixture.db.database.system('test', (tx) => makeMonths(tx, at, at));
  const id = Bun.randomUUIDv7('hex', at.getTime()) as CommandId;
  const ended = state === 'ended' ? sql`, ended_at = ${at.toISOString()}` : sql``;
  await system(
    sql`update commands set id = ${id}, created_at = ${at.toISOString()}${ended} where id = ${asked.id}`,
  );
  return { id, asked: asked.id, link };
}

test('DT-4: a month whose retention has passed is dropped with all that is in it, younger ones stay, and the audit log keeps both', async () => {
  const ada = aPerson(fixture.orgId);
  const [past, young] = [aMonth(14), aMonth(10)];
  const gone = [await aCommandOf(past.at, 'ended'), await aCommandOf(past.at, 'ended')];
  const kept = await aCommandOf(young.at, 'ended');
  const fresh = await aCommandOf(new Date(), 'ended');

  const done = await tidy();
  const again = await tidy();

  expect([done.dropped, again.dropped]).toEqual([past.name, undefined]);
  expect(await partitions()).not.toContain(past.name);
  expect((await stored()).sort()).toEqual([kept.id, fresh.id].sort());
  for (const { id, asked } of gone) {
    await expect(fixture.commands.get(ada, { commandId: id })).rejects.toMatchObject({ code: 'not_found' });
    const audited = await system(
      sql`select from audit_outbox where content::text like ${`%${asked}%`} limit 1`,
    );
    expect(audited.length).toBe(1);
  }
});

test('DT-4: a month with an open command stays, is told of, and holds back no other; it goes when retention has passed since the end', async () => {
  const [held, next] = [aMonth(20), aMonth(19)];
  const open = await aCommandOf(held.at, 'open');
  await aCommandOf(held.at, 'ended');
  await aCommandOf(next.at, 'ended');

  expect(await tidy()).toEqual({ dropped: next.name, held: [{ month: held.name, open: 1 }] });
  expect(await stored()).toContain(open.id);
  const listing = { takenAt: '2026-01-01T00:00:00.000Z', bootId: 'b', processes: [] };
  await fixture.commands.port.update(open.link, anUpdate(open.id, Wire.SUCCEEDED, { payload: listing }));
  expect(await tidy()).toEqual({ dropped: undefined, held: [] });
  expect((await tidy(KEEP_DAYS - 1)).dropped).not.toBe(held.name);
  expect(await stored()).toContain(open.id);

  expect((await tidy(KEEP_DAYS + 1)).dropped).toBe(held.name);
  expect(await stored()).not.toContain(open.id);
});

test('DT-4: how long commands are kept is a setting, a year by default; retention runs at the start and says what it dropped', async () => {
  const past = aMonth(15);
  const { id } = await aCommandOf(past.at, 'ended');
  const open = await aCommandOf(aMonth(16).at, 'open');
  const told: unknown[] = [];
  const log = {
    info: (what: unknown) => void told.push(what),
    warn: (what: unknown) => void told.push(what),
  };

  const retention = startRetention({
    ...{ clock: systemClock, log, months: monthsAt(Date.now) },
    retentionDays: () => createSettings(fixture.db.database).value('commands.retentionDays'),
    onError: (error, part) => fixture.errors.push(`${part}: ${error}`),
  });
  await until(() => told.length === 2);
  await retention.stop();

  expect(await createSettings(fixture.db.database).value('commands.retentionDays')).toBe(KEEP_DAYS);
  expect(told).toEqual([{ dropped: past.name }, { held: [{ month: aMonth(16).name, open: 1 }] }]);
  expect(await stored()).not.toContain(id);
  await fixture.commands.cancel(aPerson(fixture.orgId), { commandId: open.id });
});

test('DT-4: what ended before the days of the setting is not read any more, though the rest of its month keeps its rows', async () => {
  const ada = aPerson(fixture.orgId);
  const settings = createSettings(fixture.db.database);
  const [past, open] = [await aCommandOf(daysAgo(41), 'ended'), await aCommandOf(daysAgo(41), 'open')];
  const young = await aCommandOf(daysAgo(39), 'ended');
  const read = async ({ id, link: { deviceId } }: Made) => {
    const page = await fixture.commands.list(ada, { deviceId, limit: 5 });
    const one = await fixture.commands.get(ada, { commandId: id }).catch(({ code }) => code);
    return [page.items.length, page.count?.value, one.id === id ? 'there' : one];
  };

  await settings.write('commands.retentionDays', 40);

  expect(await read(past)).toEqual([0, 0, 'not_found']);
  await expect(fixture.commands.cancel(ada, { commandId: past.id })).rejects.toMatchObject({
    code: 'not_found',
  });
  expect(await read(young)).toEqual([1, 1, 'there']);
  expect(await read(open)).toEqual([1, 1, 'there']);
  expect(await stored()).toContain(past.id);
  await settings.write('commands.retentionDays', 42);
  expect(await read(past)).toEqual([1, 1, 'there']);
  await settings.write('commands.retentionDays', KEEP_DAYS);
  await fixture.commands.cancel(ada, { commandId: open.id });
});

test('DT-4: what is open for longer than anything can be is ended by its clock, however old its month', async () => {
  const ada = aPerson(fixture.orgId);
  const { id, link } = await aCommandOf(aMonth(8).at, 'open');
  expect(aMonth(8).at < oldestOpenAt(new Date())).toBe(true);
  await system(sql`update commands set due_at = now(), deliver_by = now() where id = ${id}`);

  await fixture.commands.run(ada, {
    ...{ deviceId: link.deviceId, name: 'process.list', payload: {} },
    deliverWithinMs: 1_000,
  });

  await until(async () => (await fixture.commands.get(ada, { commandId: id })).state === 'expired');
});

test('DT-4: a database that is killed while it drops a month has the whole of it or nothing', async () => {
  const past = aMonth(30);
  const { id } = await aCommandOf(past.at, 'ended');
  const client = new pg.Client({ connectionString: fixture.db.url });
  client.on('error', () => undefined);
  await client.connect();
  await client.query('set role muster_system; begin');
  const { past: found } = await findPastMonth(drizzle(client), new Date());
  if (!found) throw new Error('no month has passed');
  expect(await dropMonth(drizzle(client), found, new Date())).toBe(true);
  await client.query('reset role; select pg_terminate_backend(pg_backend_pid())').catch(() => undefined);

  await until(async () => (await partitions()).includes(past.name));
  expect(await stored()).toContain(id);
  expect((await tidy()).dropped).toBe(past.name);
  expect(await stored()).not.toContain(id);
});

test('DT-4: whoever reads the ledger for long keeps the month until the next hour, and nobody waits behind that', async () => {
  const past = aMonth(31);
  await aCommandOf(past.at, 'ended');
  const client = new pg.Client({ connectionString: fixture.db.url });
  await client.connect();
  await client.query('begin; select count(*) from commands');

  const tried = tidy().catch((error: unknown) => String((error as Error).cause ?? error));
  await Bun.sleep(200);
  await aCommandOf(new Date(), 'ended');

  expect(await tried).toContain('lock timeout');
  await client.end();
  expect((await tidy()).dropped).toBe(past.name);
});

test('DT-4: two servers that see the same month drop it once', async () => {
  const past = aMonth(32);
  await aCommandOf(past.at, 'ended');

  const done = await Promise.all([tidy(), tidy(), tidy()]);

  const dropped = done.flatMap((one) => one.dropped ?? []);
  expect(dropped).toEqual([past.name]);
  expect(await partitions()).not.toContain(past.name);
});

test('DT-4: commands go on while months are made and dropped', async () => {
  const ada = aPerson(fixture.orgId);
  const { deviceId } = await aDevice(fixture);
  for (const back of [40, 41, 42]) await aCommandOf(aMonth(back).at, 'ended');

  const [ran, dropped] = await Promise.all([
    Promise.all(
      Array.from({ length: 60 }, () =>
        fixture.commands.run(ada, { deviceId, name: 'process.list', payload: {} }),
      ),
    ),
    (async () => [(await tidy()).dropped, (await tidy()).dropped, (await tidy()).dropped])(),
  ]);

  expect(dropped).toEqual([42, 41, 40].map((back) => aMonth(back).name));
  const page = await fixture.commands.list(ada, { deviceId, limit: 500 });
  expect(page.items.map(({ id }) => id).sort()).toEqual(ran.map(({ id }) => id).sort());
});

test('a clock that jumps finds a month to write to, also when several ask at once, and costs one old month at most', async () => {
  const oldest = aMonth(50);
  await aCommandOf(oldest.at, 'ended');
  let atMs = Date.now();
  const months = monthsAt(() => atMs);
  await months.ensure();
  atMs = Date.UTC(2040, 4, 31, 23, 59);
  const others = monthsAt(() => atMs);
  const before = await partitions();
  await Promise.all([months.ensure(), months.ensure(), others.ensure()]);

  const made = (await partitions()).filter((name) => !before.includes(name));
  expect(made).toEqual(['commands_204005', 'commands_204006']);
  const count = (await partitions()).length;
  expect((await months.tidy(new Date(atMs))).dropped).toBe(oldest.name);
  expect((await partitions()).length).toBe(count - 1);
  atMs = Date.now();
  await months.ensure();
  expect(await partitions()).toContain(nameOf(new Date()));
  const spare = sql.raw('select muster.drop_command_month(');
  for (const month of ['2040-05-01', '2040-06-01'])
    await system(sql`${spare}${`${month}T00:00:00Z`}::timestamptz)`);
});

test('every month is guarded as the whole is: row-level security, no grant of its own, no sequence twice', async () => {
  const { id } = await aCommandOf(aMonth(3).at, 'ended');
  const rows = await system<{
    name: string;
    bounds: string;
    guarded: boolean;
    unique: boolean;
    grants: number;
  }>(sql`
    select c.relname as name, pg_get_expr(c.relpartbound, c.oid) as bounds,
      c.relrowsecurity and c.relforcerowsecurity and exists (select from pg_policy where polrelid = c.oid) as guarded,
      exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'u'
        and pg_get_constraintdef(k.oid) = 'UNIQUE (device_id, sequence)') as "unique",
      (select count(*)::int from aclexplode(c.relacl) g where g.grantee <> c.relowner) as grants
    from pg_inherits join pg_class c on c.oid = inhrelid where inhparent = 'commands'::regclass`);
  expect(rows.length).toBeGreaterThan(2);
  for (const row of rows) {
    expect(row).toMatchObject({ guarded: true, unique: true, grants: 0 });
    const month = monthOf(new Date(`${row.name.slice(-6, -2)}-${row.name.slice(-2)}-01T00:00:00Z`));
    expect(row.bounds).toBe(`FOR VALUES FROM ('${firstIdAt(month.starts)}') TO ('${firstIdAt(month.ends)}')`);
  }
  const others = { orgIds: [crypto.randomUUID() as typeof fixture.orgId] };
  const read = (from: string, scope: { orgIds: readonly (typeof fixture.orgId)[] }) =>
    fixture.db.database.transaction(scope, (tx) =>
      tx.execute(sql`select from ${sql.raw(from)} where id = ${id}`),
    );
  expect((await read('commands', { orgIds: [fixture.orgId] })).rowCount).toBe(1);
  expect((await read('commands', others)).rowCount).toBe(0);
  await expect(read(aMonth(3).name, { orgIds: [fixture.orgId] })).rejects.toThrow();
  await expect(system(sql`delete from commands where id = ${id}`)).rejects.toThrow();
});

test('of two years of months a look-up by id reads one, what is open reads those in which it can be, and a page of a device an index of each', async () => {
  const { deviceId } = await aDevice(fixture);
  await fixture.db.database.system('test', (tx) => makeMonths(tx, aMonth(24).at, new Date()));
  const plan = async (query: ReturnType<typeof sql>) =>
    (await system<Record<'QUERY PLAN', string>>(sql`explain ${query}`)).map((row) => row['QUERY PLAN']);
  const read = (lines: readonly string[]) =>
    new Set(lines.flatMap((line) => / on (commands_\d{6})/.exec(line)?.[1] ?? []));

  const id = Bun.randomUUIDv7('hex', aMonth(5).at.getTime());
  expect([...read(await plan(sql`select * from commands where id = ${id}`))]).toEqual([aMonth(5).name]);

  const oldest = firstIdAt(oldestOpenAt(new Date()));
  const open = await plan(sql`
    select sequence from commands where device_id = ${deviceId} and ended_at is null and id >= ${oldest}::uuid`);
  expect([...read(open)].sort()[0]).toBe(nameOf(oldestOpenAt(new Date())));

  const page = await plan(
    sql`select * from commands where device_id = ${deviceId} order by id desc limit 50`,
  );
  expect(read(page).size).toBeGreaterThan(24);
  expect(page.filter((line) => /Seq Scan|Sort/.test(line))).toEqual([]);
});
