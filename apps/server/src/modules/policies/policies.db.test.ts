import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import type { DeviceId, EffectiveField, Policy, PolicyPreview } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import { aCast, type Cast, type Tenant } from '../../testing/cast.ts';
import { until } from '../../testing/ledger-fixture.ts';

type Place = readonly [kind: string, id: string];
type Named = { id: string };

let cast: Cast;
let tenant: Tenant;

beforeAll(async () => {
  cast = await aCast();
});
afterAll(() => cast.stop());
beforeEach(async () => {
  tenant = await cast.aTenant(`acme ${crypto.randomUUID()}`);
});

const run = async <Row extends Record<string, unknown>>(query: ReturnType<typeof sql>): Promise<Row[]> =>
  (await cast.database.system('test', (tx) => tx.execute<Row>(query))).rows as Row[];
const ada = (method: string, path: string, body?: unknown) =>
  cast.call(cast.running.token, method, path, body);
const organisation = (): Place => ['organisation', tenant.orgId];
const trySet = ([kind, id]: Place, fields: object) => ada('PUT', `/policies/${kind}/${id}`, { fields });
const set = async (place: Place, fields: object) => {
  const answer = await trySet(place, fields);
  expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
  return answer.body as Policy;
};
const preview = async ([kind, id]: Place, fields: object) =>
  (await ada('POST', `/policies/${kind}/${id}/preview`, { fields })).body as PolicyPreview;
const effective = async (id: DeviceId) =>
  (await ada('GET', `/devices/${id}/policy`)).body as { pending: boolean; fields: EffectiveField[] };
const field = async (id: DeviceId, name: string) =>
  (await effective(id)).fields.find((one) => one.field === name) as EffectiveField;
const stored = async (id: DeviceId) =>
  (await run<{ fields: Record<string, number> | null }>(sql`select muster.policy_of(${id}) as fields`))[0]
    ?.fields ?? {};
const settles = (id: DeviceId, wanted: object) =>
  until(async () => Bun.deepEquals(await stored(id), wanted), 5_000);
const group = async (name: string, more: object = {}) => {
  const answer = await ada('POST', '/groups', { name, orgId: tenant.orgId, ...more });
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  return (answer.body as Named).id;
};
const add = (groupId: string, id: DeviceId) => ada('POST', `/groups/${groupId}/devices`, { deviceIds: [id] });
const events = (id: DeviceId) =>
  run<{ payload: object }>(sql`
    select payload from event_log where subject_id = ${id} and type = 'device.policy_changed' order by position`);

describe('inheritance', () => {
  test('GT-3: what an organisation sets holds for its devices, those to come included, and for nobody else', async () => {
    const device = await cast.aDevice(tenant);
    const stranger = await cast.aDevice(await cast.aTenant(`other ${crypto.randomUUID()}`));
    await set(organisation(), { checkInInterval: 120 });
    await settles(device, { checkInInterval: 120 });
    expect(await field(device, 'checkInInterval')).toMatchObject({
      value: 120,
      origin: { kind: 'organisation', placeId: tenant.orgId },
      overrode: [{ value: 60, origin: { kind: 'default' } }],
    });
    await settles(await cast.aDevice(tenant), { checkInInterval: 120 });
    expect(await stored(stranger)).toEqual({});
    await until(async () => (await events(device)).length === 1);
    expect((await events(device))[0]?.payload).toEqual({
      before: { checkInInterval: 60 },
      after: { checkInInterval: 120 },
    });
    await set(organisation(), {});
    await settles(device, {});
    expect((await effective(device)).pending).toBe(false);
  });
});
