import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test';
import type { DeviceId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import { newId } from '../../platform/new-id.ts';
import { aFixture, type Fixture, type Tenant } from './testing/device-fixture.ts';
import { getDevice } from './usecases/get-device.ts';
import type { Registration } from './usecases/register-device.ts';
import { transferDevice } from './usecases/transfer-device.ts';

let fixture: Fixture;
let source: Tenant;
let target: Tenant;
let device: Registration;

beforeAll(async () => {
  fixture = await aFixture();
});
afterAll(() => fixture.close());
beforeEach(async () => {
  source = await fixture.aTenant(`source ${crypto.randomUUID()}`);
  target = await fixture.aTenant(`target ${crypto.randomUUID()}`);
  device = await fixture.aDevice(source, {
    facts: { hostname: 'db-07', serialNumber: 'S-7' },
    tags: { role: 'db' },
  });
});

/** Somebody with rights in both organisations. */
const between = (): Tenant['person'] => ({
  ...source.person,
  scope: { orgIds: [source.orgId, target.orgId] },
});
const give = (actor = between(), siteId = target.siteId) =>
  transferDevice(fixture.useCases, actor, { deviceId: device.deviceId, siteId, reason: 'sold' });
const rows = async <Row extends Record<string, unknown>>(query: ReturnType<typeof sql>): Promise<Row[]> =>
  (await fixture.test.database.system('test', (tx) => tx.execute<Row>(query))).rows as Row[];

test('GT-1: the machine goes on in the other organisation with its id and key, and is nobody’s in the first', async () => {
  const before = await fixture.connect(device);
  const { device: moved, left } = await give();
  expect(moved).toMatchObject({
    id: device.deviceId,
    orgId: target.orgId,
    siteId: target.siteId,
    lifecycle: 'active',
  });
  expect(fixture.cuts.at(-1)).toMatchObject({ deviceId: device.deviceId, rejected: { code: 'busy' } });
  const after = await fixture.connect(device);
  expect([after.orgId, after.deviceNo === before.deviceNo]).toEqual([target.orgId, false]);
  await expect(getDevice(fixture.useCases, source.person, device.deviceId)).rejects.toMatchObject({
    code: 'not_found',
  });
  const stayed = await getDevice(fixture.useCases, source.person, left);
  expect(stayed).toMatchObject({
    hostname: 'db-07',
    serialNumber: 'S-7',
    lifecycle: 'retired',
    tags: { role: 'db' },
  });
  await expect(getDevice(fixture.useCases, target.person, left)).rejects.toMatchObject({ code: 'not_found' });
});

test('GT-1: what was learnt stays under the number of the row that stays; open commands end with the reason', async () => {
  const [no] = await rows<{ no: number }>(
    sql`select device_no as no from devices where id = ${device.deviceId}`,
  );
  const commandId = newId<string>();
  await rows(sql`select muster.make_command_months(now(), now())`);
  await rows(sql`
    insert into commands (id, org_id, device_id, device_name, sequence, name, version, state, payload, envelope, timeout_ms,
      created_at, deliver_by, due_at)
    values (${commandId}, ${source.orgId}, ${device.deviceId}, 'db-07', 7, 'process.list', 1, 'queued', '{}', '', 1, now(), now(), now())`);
  const { left } = await give();
  const [kept] = await rows<{ id: DeviceId; movedTo: DeviceId }>(
    sql`select id, moved_to as "movedTo" from devices where device_no = ${no?.no ?? 0}`,
  );
  expect(kept).toEqual({ id: left, movedTo: device.deviceId });
  const [command] = await rows(
    sql`select device_id, org_id, state, error_code from commands where id = ${commandId}`,
  );
  expect(command).toEqual({
    device_id: left,
    org_id: source.orgId,
    state: 'cancelled',
    error_code: 'transferred',
  });
});

test('SE-8: both organisations have it in their log', async () => {
  const { left } = await give();
  const logged = await rows<{ org: string; content: { action: string; after: unknown } }>(sql`
    select org_id as org, content::jsonb as content from audit_outbox where content::jsonb ->> 'action' = 'device.transferred'
      and content::jsonb -> 'target' ->> 'id' = ${device.deviceId}`);
  expect(logged.map(({ org }) => org).sort()).toEqual([source.orgId, target.orgId].sort());
  expect(logged[0]?.content.after).toEqual({
    organisation: target.orgId,
    site: target.siteId,
    left,
    reason: 'sold',
  });
});

test('only somebody with rights on both sides gives a device away, to another organisation, and one that lives', async () => {
  await expect(give(source.person)).rejects.toMatchObject({ code: 'not_found' });
  await expect(give(target.person)).rejects.toMatchObject({ code: 'not_found' });
  await expect(give(between(), source.otherSiteId)).rejects.toMatchObject({ code: 'conflict' });
  await rows(sql`update devices set lifecycle = 'retired' where id = ${device.deviceId}`);
  await expect(give()).rejects.toMatchObject({ code: 'conflict' });
  await expect(getDevice(fixture.useCases, source.person, device.deviceId)).resolves.toMatchObject({
    orgId: source.orgId,
  });
});

test('a device goes there and back', async () => {
  await give();
  await transferDevice(fixture.useCases, between(), { deviceId: device.deviceId, siteId: source.siteId });
  const link = await fixture.connect(device);
  expect(link.orgId).toBe(source.orgId);
});
