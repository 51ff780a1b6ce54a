import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import type { CommandId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import { systemClock } from '../../platform/clock/index.ts';
import { createSettings } from '../../platform/settings/index.ts';
import { aDevice, aPerson, type LedgerFixture, ledgerFixture, until } from '../../testing/ledger-fixture.ts';
import { startRetention } from './delivery/retention.ts';

let fixture: LedgerFixture;

beforeAll(async () => {
  fixture = await ledgerFixture();
});
afterEach(() => expect(fixture.errors.splice(0)).toEqual([]));
afterAll(() => fixture.close());

const system = <T extends Record<string, unknown>>(query: ReturnType<typeof sql>) =>
  fixture.db.database.system('test', async (tx) => (await tx.execute<T>(query)).rows);

/** A command that ended as cancelled that many days ago. */
async function endedDaysAgo(days: number): Promise<CommandId> {
  const ada = aPerson(fixture.orgId);
  const { deviceId } = await aDevice(fixture);
  const { id } = await fixture.commands.run(ada, { deviceId, name: 'process.list', payload: {} });
  await fixture.commands.cancel(ada, { commandId: id });
  await system(sql`update commands set ended_at = now() - ${days} * interval '1 day' where id = ${id}`);
  return id;
}

/** Runs the retention until these are gone. */
async function tidyUntilGone(ids: readonly CommandId[], retentionDays: number): Promise<void> {
  const retention = startRetention({
    database: fixture.db.database,
    clock: systemClock,
    retentionDays: async () => retentionDays,
    onError: (error, part) => fixture.errors.push(`${part}: ${error}`),
  });
  await until(async () => (await stored()).every((id) => !ids.includes(id)));
  await retention.stop();
}

const stored = async () =>
  (await system<{ id: CommandId }>(sql`select id from commands where org_id = ${fixture.orgId}`)).map(
    ({ id }) => id,
  );

test('DT-4: a command is deleted once its retention has passed, an open one never, and the audit log keeps both', async () => {
  const ada = aPerson(fixture.orgId);
  const [old, fresh] = [await endedDaysAgo(31), await endedDaysAgo(29)];
  const { deviceId } = await aDevice(fixture);
  const { id: open } = await fixture.commands.run(ada, { deviceId, name: 'process.list', payload: {} });
  await system(sql`update commands set created_at = now() - interval '10 years' where id = ${open}`);

  await tidyUntilGone([old], 30);

  expect((await stored()).sort()).toEqual([fresh, open].sort());
  await expect(fixture.commands.get(ada, { commandId: old })).rejects.toMatchObject({ code: 'not_found' });
  const kept = await system<{ n: number }>(sql`
    select count(*)::int as n from audit_outbox where content::text like ${`%${old}%`}`);
  expect(kept[0]?.n).toBeGreaterThan(0);
});

test('DT-4: how long commands are kept is a setting, a year by default, and thousands go in batches', async () => {
  const [id] = [await endedDaysAgo(400)];
  await system(sql`
    insert into commands select (jsonb_populate_record(c, jsonb_build_object('id', uuidv7(), 'sequence', n))).*
    from commands c, generate_series(2, 2500) n where c.id = ${id}`);
  const ids = await stored();

  const days = await createSettings(fixture.db.database).value('commands.retentionDays');
  await tidyUntilGone(
    ids.filter((one) => one >= id),
    days,
  );

  expect(days).toBe(365);
  expect((await stored()).length).toBeLessThan(ids.length - 2_400);
});
