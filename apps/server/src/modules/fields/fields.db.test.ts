import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import type { CustomField, DeviceId, FieldsOfPlace } from '@muster/contracts';
import { aCast, type Cast, type Tenant } from '../../testing/cast.ts';
import { until } from '../../testing/ledger-fixture.ts';

let cast: Cast;
let tenant: Tenant;
beforeAll(async () => {
  cast = await aCast();
});
afterAll(() => cast.stop());
beforeEach(async () => {
  tenant = await cast.aTenant(`acme ${crypto.randomUUID()}`);
});

const ada = (method: string, path: string, body?: unknown) =>
  cast.call(cast.running.token, method, path, body);
const define = async (key: string, kind: string, more: object = {}) => {
  const answer = await ada('POST', '/fields', {
    orgId: tenant.orgId,
    key,
    title: `The ${key}`,
    kind,
    ...more,
  });
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  return answer.body as CustomField;
};
const set = async (path: string, values: object) => {
  const answer = await ada('PATCH', `${path}/fields`, { values });
  expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
  return answer.body as FieldsOfPlace;
};
const held = async (path: string, key: string) => {
  const { items } = (await ada('GET', `${path}/fields`)).body as FieldsOfPlace;
  const item = items.find((one) => one.key === key);
  return [item?.value, item?.origin?.kind];
};
const found = async (query: string, by = cast.running.token): Promise<DeviceId[]> => {
  const answer = await cast.call(by, 'GET', `/devices?query=${encodeURIComponent(query)}`);
  expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
  return (answer.body as { items: { id: DeviceId }[] }).items.map(({ id }) => id).sort();
};
/** Asked by an administrator of the tenant alone, who knows no fields of others. */
const refused = async (query: string, as?: string): Promise<string> => {
  const by =
    as ?? (await cast.signIn(await cast.aPerson(`${tenant.name} own`, 'admin', { orgId: tenant.orgId })));
  const answer = await cast.call(by, 'GET', `/devices?query=${encodeURIComponent(query)}`);
  expect(answer.status).toBe(400);
  return answer.text;
};
const own = (query: string) => `organisation.id = ${tenant.orgId} and (${query})`;

describe('values', () => {
  test('GT-7: a device has its own value, else that of its site, else of its organisation, else the default', async () => {
    await define('owner', 'text', { byDefault: 'nobody' });
    const device = await cast.aDevice(tenant);
    const path = `/devices/${device}`;
    expect(await held(path, 'owner')).toEqual(['nobody', 'default']);
    await set(`/organisations/${tenant.orgId}`, { owner: 'head office' });
    expect(await held(path, 'owner')).toEqual(['head office', 'organisation']);
    await set(`/sites/${tenant.siteId}`, { owner: 'Amsterdam' });
    expect(await held(path, 'owner')).toEqual(['Amsterdam', 'site']);
    await set(path, { owner: 'Kim' });
    expect(await held(path, 'owner')).toEqual(['Kim', 'device']);
    await set(path, { owner: null });
    expect(await held(path, 'owner')).toEqual(['Amsterdam', 'site']);
    expect(await held(`/organisations/${tenant.orgId}`, 'owner')).toEqual(['head office', 'organisation']);
  });

  test('GT-7: every kind refuses what it is not, and says what it takes', async () => {
    const device = await cast.aDevice(tenant);
    const wrong: readonly (readonly [string, unknown, unknown])[] = [
      ['text', '  ', 'x'],
      ['number', '7', 7],
      ['percent', 101, 99.5],
      ['bytes', -1, 1024],
      ['duration', 'soon', 60_000],
      ['time', '2027-02-30', '2027-02-28'],
      ['time', 'tomorrow', '2027-02-28T12:00:00+02:00'],
      ['boolean', 'yes', true],
      ['ip', '10.0.0.0/8', '10.0.0.1'],
      ['version', '', '1.2.3'],
      ['enum', 'gold', 'silver'],
    ];
    for (const [at, [kind, bad, good]] of wrong.entries()) {
      await define(`f${at}`, kind, kind === 'enum' ? { choices: ['silver', 'bronze'] } : {});
      const answer = await ada('PATCH', `/devices/${device}/fields`, { values: { [`f${at}`]: bad } });
      expect([kind, answer.status]).toEqual([kind, 400]);
      expect(answer.text).toContain(`The f${at} takes `);
      await set(`/devices/${device}`, { [`f${at}`]: good });
    }
    expect(await held(`/devices/${device}`, 'f6')).toEqual(['2027-02-28T10:00:00.000Z', 'device']);
  });

  test('GT-7: a field is set only where it applies, unknown ones nowhere, and all or nothing of a change is kept', async () => {
    await define('contract', 'text', { appliesTo: ['site'] });
    await define('owner', 'text');
    const device = await cast.aDevice(tenant);
    const wrong = await ada('PATCH', `/devices/${device}/fields`, {
      values: { owner: 'Kim', contract: 'A' },
    });
    expect([wrong.status, wrong.text]).toEqual([
      400,
      expect.stringContaining('set for a site, not for a device'),
    ]);
    expect(await held(`/devices/${device}`, 'owner')).toEqual([null, undefined]);
    expect((await ada('PATCH', `/devices/${device}/fields`, { values: { nothing: 'x' } })).status).toBe(400);
    await set(`/sites/${tenant.siteId}`, { contract: 'gold' });
    expect(await held(`/devices/${device}`, 'contract')).toEqual(['gold', 'site']);
  });

  test('GT-7: a change that is based on older values is refused; without If-Match there is none', async () => {
    await define('owner', 'text');
    const device = await cast.aDevice(tenant);
    const path = `${cast.running.url}/api/v1/devices/${device}/fields`;
    const patch = (values: object, ifMatch?: string) =>
      fetch(path, {
        method: 'PATCH',
        headers: {
          authorization: `Bearer ${cast.running.token}`,
          'content-type': 'application/json',
          ...(ifMatch ? { 'if-match': ifMatch } : {}),
        },
        body: JSON.stringify({ values }),
      });
    const { etag } = (await ada('GET', `/devices/${device}/fields`)).body as FieldsOfPlace;
    expect((await patch({ owner: 'a' })).status).toBe(428);
    expect((await patch({ owner: 'a' }, etag)).status).toBe(200);
    expect((await patch({ owner: 'b' }, etag)).status).toBe(412);
  });

  test('GT-7, SE-3: what only administrators set, an operator does not; a viewer sets nothing and reads all', async () => {
    await define('insured', 'boolean', { setBy: 'administrator' });
    await define('owner', 'text');
    const device = await cast.aDevice(tenant);
    const place = { orgId: tenant.orgId };
    const operator = await cast.signIn(await cast.aPerson(`${tenant.name} op`, 'operator', place));
    const viewer = await cast.signIn(await cast.aPerson(`${tenant.name} view`, 'viewer', place));
    const path = `/devices/${device}/fields`;
    expect((await cast.call(operator, 'PATCH', path, { values: { owner: 'x' } })).status).toBe(200);
    expect((await cast.call(operator, 'PATCH', path, { values: { insured: true } })).status).toBe(403);
    expect((await cast.call(viewer, 'PATCH', path, { values: { owner: 'y' } })).status).toBe(403);
    expect((await cast.call(viewer, 'GET', path)).status).toBe(200);
    await set(`/devices/${device}`, { insured: true });
  });
});

test('GT-1, GT-7: a device that goes to another organisation leaves its own values with the record that stays', async () => {
  await define('owner', 'text');
  const device = await cast.aDevice(tenant);
  await set(`/devices/${device}`, { owner: 'Kim' });
  const target = await cast.aTenant(`target ${crypto.randomUUID()}`);
  const moved = await ada('POST', `/devices/${device}/transfer`, { siteId: target.siteId });
  expect([moved.status, moved.text]).toEqual([200, expect.any(String)]);
  const { left } = moved.body as { left: DeviceId };
  expect(((await ada('GET', `/devices/${device}/fields`)).body as FieldsOfPlace).items).toEqual([]);
  expect(await held(`/devices/${left}`, 'owner')).toEqual(['Kim', 'device']);
  expect(await found(own('custom.owner = kim'))).toEqual([left]);
});

describe('queries', () => {
  test('GT-7: custom.key is typed, follows inheritance and is fresh after each change', async () => {
    const [a, b] = [await cast.aDevice(tenant), await cast.aDevice(tenant)];
    const elsewhere = await cast.aDevice(tenant, { siteId: await cast.aSite(tenant.orgId, 'other') });
    const all = [a, b, elsewhere].sort();
    expect(await refused('custom.owner ~ "amsterdam"')).toContain('unknown field');
    await define('owner', 'text', { byDefault: 'nobody' });
    expect(await found(own('custom.owner = nobody'))).toEqual(all);
    await set(`/sites/${tenant.siteId}`, { owner: 'Office Amsterdam' });
    expect(await found(own('custom.owner ~ "amsterdam"'))).toEqual([a, b].sort());
    expect(await found(own('custom.owner = nobody'))).toEqual([elsewhere]);
    await set(`/devices/${a}`, { owner: 'Kim' });
    expect(await found(own('custom.owner ~ "amsterdam"'))).toEqual([b]);
    expect(await found(own('custom.owner != kim'))).toEqual([b, elsewhere].sort());
    await define('warranty', 'time');
    await set(`/devices/${a}`, { warranty: '2026-06-30' });
    await set(`/organisations/${tenant.orgId}`, { warranty: '2029-01-01' });
    expect(await found(own('custom.warranty < 2027-01-01'))).toEqual([a]);
    expect(await found(own('not custom.warranty < 2027-01-01'))).toEqual([b, elsewhere].sort());
    expect(await refused('custom.warranty < soon')).toContain('custom.warranty');
    await define('quota', 'bytes', { byDefault: 5_000_000_000 });
    expect(await found(own('custom.quota < 10GB'))).toEqual(all);
    await define('firmware', 'version');
    await set(`/devices/${b}`, { firmware: '1.10.0' });
    expect(await found(own('custom.firmware > 1.9'))).toEqual([b]);
    await define('console', 'ip');
    await set(`/devices/${b}`, { console: '10.2.3.4' });
    expect(await found(own('custom.console in 10.2.0.0/16'))).toEqual([b]);
    expect(await found(own('custom.console = *'))).toEqual([b]);
    await define('spare', 'boolean');
    await set(`/sites/${tenant.siteId}`, { spare: true });
    expect(await found(own('custom.spare = true'))).toEqual([a, b].sort());
    await define('tier', 'enum', { choices: ['gold', 'silver'] });
    await set(`/devices/${a}`, { tier: 'gold' });
    expect(await found(own('custom.tier in (gold, silver)'))).toEqual([a]);
    expect(await refused('custom.tier = golt')).toContain('gold');
  });

  test('GT-7, MT-1: fields of one organisation are unknown to another, also in completion', async () => {
    await define('secret_plan', 'text');
    const device = await cast.aDevice(tenant);
    await set(`/devices/${device}`, { secret_plan: 'Zeppelin' });
    const stranger = await cast.aTenant(`other ${crypto.randomUUID()}`);
    const theirs = await cast.signIn(
      await cast.aPerson(`${stranger.name} admin`, 'admin', { orgId: stranger.orgId }),
    );
    const ours = await cast.signIn(
      await cast.aPerson(`${tenant.name} admin`, 'admin', { orgId: tenant.orgId }),
    );
    const fields = async (by: string) => (await cast.call(by, 'GET', '/devices/query-fields')).text;
    expect(await fields(ours)).toContain('custom.secret_plan');
    expect(await fields(theirs)).not.toContain('secret_plan');
    expect(await refused('custom.secret_plan = x', theirs)).not.toContain('did you mean');
    expect((await cast.call(theirs, 'GET', '/fields')).text).not.toContain('secret_plan');
    const values = await cast.call(ours, 'GET', '/devices/query-values?field=custom.secret_plan&prefix=ze');
    expect(values.body as object).toEqual({ values: [{ value: 'Zeppelin', count: 1 }] });
    expect((await cast.call(theirs, 'GET', '/devices/query-values?field=custom.secret_plan')).status).toBe(
      400,
    );
    expect((await cast.call(theirs, 'GET', `/devices/${device}/fields`)).status).toBe(404);
  });

  test('GT-7: where organisations mean different things by a key, who sees both can ask for either', async () => {
    const [mine, yours] = [tenant, await cast.aTenant(`twin ${crypto.randomUUID()}`)];
    await define('size', 'number');
    const a = await cast.aDevice(mine);
    await set(`/devices/${a}`, { size: 7 });
    tenant = yours;
    await define('size', 'text');
    const b = await cast.aDevice(yours);
    await set(`/devices/${b}`, { size: 'large' });
    expect(await found('custom.size > 5')).toContain(a);
    expect(await found('custom.size = large')).toEqual([b]);
    expect((await found('custom.size = *')).filter((id) => id === a || id === b)).toEqual([a, b].sort());
  });
});

describe('smart groups', () => {
  type Group = { id: string };
  const smart = async (name: string, query: string) => {
    const answer = await ada('POST', '/groups', { name, query, orgId: tenant.orgId });
    expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
    return answer.body as Group;
  };
  const becomes = (group: Group, ids: readonly DeviceId[]) =>
    until(async () => {
      const { items } = (await ada('GET', `/groups/${group.id}/devices`)).body as {
        items: { id: DeviceId }[];
      };
      return JSON.stringify(items.map(({ id }) => id).sort()) === JSON.stringify([...ids].sort());
    });

  test('GT-5, GT-7: a value on a device, its site, its organisation, and a default move members', async () => {
    const field = await define('tier', 'text');
    const [a, b] = [await cast.aDevice(tenant), await cast.aDevice(tenant)];
    const group = await smart('Gold', 'custom.tier = gold');
    await set(`/devices/${a}`, { tier: 'gold' });
    await becomes(group, [a]);
    await set(`/sites/${tenant.siteId}`, { tier: 'gold' });
    await becomes(group, [a, b]);
    await set(`/devices/${b}`, { tier: 'lead' });
    await becomes(group, [a]);
    await set(`/sites/${tenant.siteId}`, { tier: null });
    await set(`/devices/${a}`, { tier: null });
    await becomes(group, []);
    await ada('PATCH', `/fields/${field.id}`, { byDefault: 'gold' });
    await becomes(group, [a]);
    const empty = await cast.aSite(tenant.orgId, 'elsewhere');
    await set(`/sites/${empty}`, { tier: 'lead' });
    expect((await ada('PATCH', `/devices/${a}`, { siteId: empty })).status).toBe(200);
    await becomes(group, []);
  });

  test('GT-7: a field that a smart group asks for is not removed; after the group is gone it is, with its values', async () => {
    const field = await define('tier', 'text');
    const device = await cast.aDevice(tenant);
    await set(`/devices/${device}`, { tier: 'gold' });
    const group = await smart('Gold', 'custom.tier = gold');
    const kept = await ada('DELETE', `/fields/${field.id}`);
    expect([kept.status, kept.text]).toEqual([
      409,
      expect.stringContaining('The queries of Gold ask for custom.tier'),
    ]);
    await ada('DELETE', `/groups/${group.id}`);
    expect((await ada('DELETE', `/fields/${field.id}`)).status).toBe(204);
    expect(await refused(own('custom.tier = gold'))).toContain('unknown field');
    await define('tier', 'text');
    expect(await held(`/devices/${device}`, 'tier')).toEqual([null, undefined]);
  });
});

describe('definitions', () => {
  test('GT-7: a key is taken once, kinds need what they need, and a choice that is used stays', async () => {
    const field = await define('tier', 'enum', { choices: ['gold', 'silver'] });
    const again = { orgId: tenant.orgId, key: 'tier', title: 'x', kind: 'text' };
    expect((await ada('POST', '/fields', again)).status).toBe(409);
    expect((await ada('POST', '/fields', { ...again, key: "x' or true--" })).status).toBe(400);
    expect((await ada('POST', '/fields', { ...again, key: 'level', kind: 'enum' })).status).toBe(400);
    expect(
      (await ada('POST', '/fields', { ...again, key: 'level', kind: 'number', byDefault: 'x' })).status,
    ).toBe(400);
    const device = await cast.aDevice(tenant);
    await set(`/devices/${device}`, { tier: 'gold' });
    const lost = await ada('PATCH', `/fields/${field.id}`, { choices: ['silver', 'bronze'] });
    expect([lost.status, lost.text]).toEqual([409, expect.stringContaining('gold')]);
    expect((await ada('PATCH', `/fields/${field.id}`, { choices: ['gold', 'bronze'] })).status).toBe(200);
    expect(await found(own('custom.tier = bronze'))).toEqual([]);
  });
});
