import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { create } from '@bufbuild/protobuf';
import type { DeviceId } from '@muster/contracts';
import type { InventoryCategory } from '@muster/contracts/inventory';
import { InventoryItemSchema, InventoryKeySchema, InventoryUpdateSchema } from '@muster/contracts/wire';
import { sql } from 'drizzle-orm';
import { aCast, type Cast, type Tenant } from '../../testing/cast.ts';
import { tidyChanges } from './db/changes.ts';
import { packageKey } from './domain/software.ts';
import type { InventoryDeps } from './inventory-deps.ts';
import { takeUpdate } from './usecases/take-update.ts';

let cast: Cast;
let tenant: Tenant;
let other: Tenant;
let deps: InventoryDeps;
let deviceId: DeviceId;
let deviceNo: number;
let touched: string[];

beforeAll(async () => {
  cast = await aCast();
  tenant = await cast.aTenant('acme');
  other = await cast.aTenant('other');
  deps = {
    database: cast.database,
    now: Date.now,
    mustExist: async () => undefined,
    linkOf: async () => ({ deviceNo }),
    touched: async (_tx, _no, category) => void touched.push(category),
    onError: () => undefined,
  };
});
afterAll(() => cast.stop());
beforeEach(async () => {
  deviceId = await cast.aDevice(tenant);
  deviceNo = await numberOf(deviceId);
  touched = [];
});

async function numberOf(id: DeviceId): Promise<number> {
  const { rows } = await cast.database.system('test', (tx) =>
    tx.execute<{ no: number }>(sql`select device_no as no from devices where id = ${id}`),
  );
  return rows[0]?.no ?? 0;
}

type Part = { kind: string; key: string; fields: object };
type Sent = {
  base?: string;
  state: string;
  upserts?: Part[];
  removed?: Omit<Part, 'fields'>[];
  more?: boolean;
  collectedAt?: number;
  note?: string;
};

const encode = (text: string) => new TextEncoder().encode(text);
const send = async (category: InventoryCategory | string, part: Sent, no = deviceNo) => {
  const update = create(InventoryUpdateSchema, {
    category,
    collectedAtMs: BigInt(part.collectedAt ?? Date.now()),
    base: encode(part.base ?? ''),
    state: encode(part.state),
    upserts: (part.upserts ?? []).map(({ kind, key, fields }) =>
      create(InventoryItemSchema, { kind, key, fields: encode(JSON.stringify(fields)) }),
    ),
    removed: (part.removed ?? []).map((key) => create(InventoryKeySchema, key)),
    more: part.more ?? false,
    note: part.note ?? '',
  });
  const { reply } = await takeUpdate(deps, { deviceNo: no }, update);
  return { ...reply, state: new TextDecoder().decode(reply.state) };
};

const pkg = (name: string, version: string, over: object = {}): Part => {
  const fields = {
    ecosystem: 'deb' as const,
    name,
    version,
    arch: 'amd64',
    publisher: null,
    installedAt: '2026-01-01T00:00:00Z',
    sizeBytes: 1_000,
    ...over,
  };
  return { kind: 'package', key: packageKey(fields), fields };
};
const bios = (version: string): Part => ({
  kind: 'bios',
  key: 'bios',
  fields: { vendor: 'Acme', version, releasedOn: null, uefi: true },
});

const ada = (path: string) => cast.call(cast.running.token, 'GET', path);
async function list<T>(path: string): Promise<T[]> {
  const answer = await ada(path);
  expect(answer.status).toBe(200);
  return (answer.body as { items: T[] }).items;
}
const installed = async () =>
  (await list<{ name: string; version: string }>(`/devices/${deviceId}/software`)).map(
    ({ name, version }) => `${name} ${version}`,
  );
const history = async () =>
  (
    await list<{ change: string; before: { version?: string } | null; after: { version?: string } | null }>(
      `/devices/${deviceId}/changes`,
    )
  ).map(({ change, before, after }) => `${change} ${before?.version ?? '-'} ${after?.version ?? '-'}`);

describe('differences', () => {
  test('IV-2, IV-4: a first sending in parts is one inventory and no history; a later difference is both', async () => {
    await send('software', { state: 'a', upserts: [pkg('nginx', '1.24')], more: true });
    const whole = await send('software', { base: 'a', state: 'b', upserts: [pkg('bash', '5.2')] });
    expect(whole).toMatchObject({ state: 'b', wantAll: false, refused: '' });
    expect(await installed()).toEqual(['bash 5.2', 'nginx 1.24']);
    expect(await history()).toEqual([]);

    const upgrade = { upserts: [pkg('nginx', '1.26')], removed: [pkg('nginx', '1.24')] };
    await send('software', { base: 'b', state: 'c', ...upgrade });
    expect(await installed()).toEqual(['bash 5.2', 'nginx 1.26']);
    expect(await history()).toEqual(['changed 1.24 1.26']);
    expect(touched).toEqual(['software', 'software', 'software']);
  });

  test('IV-4: a name that no database holds costs the machine nothing but that part of it', async () => {
    const halved = pkg('tool\0 \ud83d', '1');
    const removed = [{ ...pkg('gone\0\ud83d', '1'), kind: 'package\0' }];
    const note = `${'n'.repeat(499)}😀`;

    const kept = await send('software', {
      ...{ state: 'a', upserts: [halved, pkg('bash', '5.2')], removed, note },
    });
    const during = await installed();
    await send('software', { base: 'a', state: 'b', removed: [halved] });

    expect(kept).toMatchObject({ state: 'a', refused: '' });
    expect(during).toEqual(['bash 5.2', 'tool\ufffd \ufffd 1']);
    expect(await installed()).toEqual(['bash 5.2']);
  });

  test('IV-2: an unchanged category is only younger afterwards, and touches nothing', async () => {
    await send('hardware', { state: 'a', upserts: [bios('1')], collectedAt: Date.now() - 86_400_000 });
    touched = [];
    const before = Date.now();
    await send('hardware', { base: 'a', state: 'a' });
    type State = { collectedAt: string; changedAt: string; receivedAt: string; items: number };
    const [state] = await list<State>(`/devices/${deviceId}/inventory`);
    expect(Date.parse(state?.collectedAt ?? '')).toBeGreaterThanOrEqual(before);
    expect(state?.changedAt).not.toBe(state?.receivedAt);
    expect(state?.items).toBe(1);
    expect(touched).toEqual([]);
  });

  test('GT-5: each look at the system is told, so that a group of stale inventories lets go', async () => {
    await send('system', { state: 'a', upserts: [] });
    touched = [];
    await send('system', { base: 'a', state: 'a' });
    expect(touched).toEqual(['collected']);
  });

  test('IV-2: a difference against a state that is not ours changes nothing and asks for everything', async () => {
    await send('hardware', { state: 'a', upserts: [bios('1')] });
    const refused = await send('hardware', { base: 'z', state: 'y', upserts: [bios('2')] });
    expect(refused).toMatchObject({ wantAll: true, state: 'a' });
    expect(await history()).toEqual([]);
    const never = await send('network', { base: 'z', state: 'z' });
    expect(never.wantAll).toBe(true);
  });

  test('IV-2: a whole sending takes away what it does not name, and says so in the history', async () => {
    await send('software', { state: 'a', upserts: [pkg('nginx', '1'), pkg('bash', '5')] });
    await send('software', { state: 'b', upserts: [pkg('bash', '5')] });
    expect(await installed()).toEqual(['bash 5']);
    expect(await history()).toEqual(['removed 1 -']);
    await send('hardware', { state: 'a', upserts: [bios('1')] });
    await send('hardware', { state: 'b', upserts: [bios('2')] });
    expect((await history())[0]).toBe('changed 1 2');
  });

  test('two spellings of a moment, and volatile fields, are no history', async () => {
    await send('software', { state: 'a', upserts: [pkg('nginx', '1')] });
    const same = pkg('nginx', '1', { installedAt: '2026-01-01T00:00:00.000Z' });
    await send('software', { base: 'a', state: 'b', upserts: [same] });
    expect(await history()).toEqual([]);
  });
});

describe('what cannot be believed', () => {
  test('IV-9: what could not be read is told from the last look, also when nothing else has changed', async () => {
    const noteNow = async () => (await list<{ note: string }>(`/devices/${deviceId}/inventory`))[0]?.note;
    await send('hardware', { state: 'a', upserts: [bios('1')] });

    await send('hardware', { base: 'a', state: 'a', note: 'disks: access is denied' });
    const during = await noteNow();
    await send('hardware', { base: 'a', state: 'a' });

    expect([during, await noteNow()]).toEqual(['disks: access is denied', '']);
  });

  test('an unknown category and an endless state are refused; what does not fit its kind is left out with a note', async () => {
    expect((await send('crystals', { state: 'a' })).refused).toContain('crystals');
    expect((await send('hardware', { state: 'a'.repeat(33) })).refused).toContain('1 to 32 bytes');
    const bad = { kind: 'bios', key: 'x', fields: { version: 7 } };
    const long = pkg('x'.repeat(301), '1');
    const nul = pkg('nul\0byte', '1');
    await send('software', { state: 'a', upserts: [bad, long, nul] });
    expect(await installed()).toEqual(['nul\ufffdbyte 1']);
    const [state] = await list<{ note: string }>(`/devices/${deviceId}/inventory`);
    expect(state?.note).toBe('2 entries could not be read and were left out.');
  });

  test('text that looks like SQL or a pattern is text', async () => {
    await send('software', {
      state: 'a',
      upserts: [pkg("'; drop table devices; --", '1'), pkg('100%_\\', '2')],
    });
    expect(await installed()).toHaveLength(2);
    const found = await list<{ name: string }>(
      `/devices/${deviceId}/software?search=${encodeURIComponent('%_\\')}`,
    );
    expect(found.map(({ name }) => name)).toEqual(['100%_\\']);
  });

  test('an inventory is never stored under another device, and a lie about the time is clipped to now', async () => {
    const future = Date.now() + 10 * 86_400_000;
    await send('hardware', { state: 'a', upserts: [bios('1')], collectedAt: future });
    const [state] = await list<{ collectedAt: string }>(`/devices/${deviceId}/inventory`);
    expect(Date.parse(state?.collectedAt ?? '')).toBeLessThan(Date.now() + 1_000);
    const stranger = await cast.aDevice(other);
    expect(await list(`/devices/${stranger}/inventory`)).toEqual([]);
  });
});

describe('across the fleet', () => {
  const query = async (text: string) =>
    (await list<{ id: string }>(`/devices?query=${encodeURIComponent(text)}`)).map(({ id }) => id);

  test('GT-5, IV-10: software is asked for by name, by version and by when it changed', async () => {
    const name = `openssl-${deviceNo}`;
    await send('software', { state: 'a', upserts: [pkg(name, '1:3.0.11-1'), pkg('bash', '5')] });
    const newer = await cast.aDevice(tenant);
    await send('software', { state: 'a', upserts: [pkg(name, '3.0.14')] }, await numberOf(newer));
    expect(await query(`software "${name}" < 3.0.14`)).toEqual([deviceId]);
    expect((await query(`software "${name}" >= 3`)).sort()).toEqual([deviceId, newer].sort());
    expect(await query(`software "${name}" = 3.0.14`)).toEqual([newer]);
    expect((await query(`software = ${name}`)).sort()).toEqual([deviceId, newer].sort());
    expect((await query(`software ~ "SSL-${deviceNo}"`)).sort()).toEqual([deviceId, newer].sort());
    expect(await query(`software = ${name} and not software = bash`)).toEqual([newer]);
    expect(await query(`changed.software within 1h and software "${name}" < 3.0.14`)).toEqual([deviceId]);
    expect(await query(`changed.software > 1h and software = ${name}`)).toEqual([]);
  });

  test('IV-4: a title leads to its versions, their devices, and when it came where', async () => {
    const name = `tool-${deviceNo}`;
    await send('software', { state: 'a', upserts: [pkg(name, '1.9')] });
    const second = await cast.aDevice(tenant, { hostname: 'second' });
    const secondNo = await numberOf(second);
    await send('software', { state: 'a', upserts: [pkg('bash', '5')] }, secondNo);
    await send('software', { base: 'a', state: 'b', upserts: [pkg(name, '1.10')] }, secondNo);

    type Title = { id: number; name: string; devices: { value: number; exact: boolean } };
    const [title] = await list<Title>(`/software?search=${name}`);
    expect(title).toMatchObject({ name, devices: { value: 2, exact: true } });
    const versions = (await ada(`/software/${title?.id}`)).body as {
      versions: { version: string; devices: number; query: string }[];
    };
    expect(versions.versions.map(({ version, devices }) => [version, devices])).toEqual([
      ['1.10', 1],
      ['1.9', 1],
    ]);
    expect(await query(versions.versions[0]?.query ?? '')).toEqual([second]);
    const arrivals = await list<{ deviceName: string; change: string }>(`/software/${title?.id}/changes`);
    expect(arrivals).toMatchObject([{ deviceName: 'second', change: 'added' }]);
  });

  test('SE-2: titles, versions and queries of one organisation say nothing of another', async () => {
    const name = `secret-${deviceNo}`;
    await send('software', { state: 'a', upserts: [pkg(name, '1')] });
    const [title] = await list<{ id: number }>(`/software?search=${name}`);
    const userId = await cast.aPerson('stranger', 'admin', { orgId: other.orgId });
    const token = await cast.signIn(userId);
    const stranger = (path: string) => cast.call(token, 'GET', path);
    expect((await stranger(`/software?search=${name}`)).body).toMatchObject({ items: [] });
    expect((await stranger(`/software/${title?.id}`)).status).toBe(404);
    expect((await stranger(`/software/${title?.id}/changes`)).status).toBe(404);
    expect((await stranger(`/devices?query=${encodeURIComponent(`software = ${name}`)}`)).body).toMatchObject(
      {
        items: [],
      },
    );
  });

  test('pages go on where they ended, each row once', async () => {
    await send('software', {
      state: 'a',
      upserts: Array.from({ length: 7 }, (_, at) => pkg(`page-${deviceNo}-${at}`, '1')),
    });
    const seen: string[] = [];
    let cursor = '';
    do {
      const answer = (await ada(`/devices/${deviceId}/software?limit=3${cursor && `&cursor=${cursor}`}`))
        .body as {
        items: { name: string }[];
        next: string | null;
      };
      seen.push(...answer.items.map(({ name }) => name));
      cursor = answer.next ?? '';
    } while (cursor);
    expect(seen).toEqual(Array.from({ length: 7 }, (_, at) => `page-${deviceNo}-${at}`));
    expect((await ada(`/devices/${deviceId}/software?cursor=nonsense`)).status).toBe(400);
  });
});

test('IV-9: a foreign node pushes its inventory with an API key, for the device that the key is bound to alone', async () => {
  const made = await cast.call(cast.running.token, 'POST', '/api-keys', { name: 'node', deviceId });
  const { secret } = made.body as { secret: string };
  const push = (id: DeviceId) =>
    cast.call(secret, 'POST', '/inventory', {
      deviceId: id,
      categories: [
        { category: 'software', collectedAt: new Date().toISOString(), items: [pkg('pushed', '1')] },
        {
          category: 'hardware',
          collectedAt: new Date().toISOString(),
          items: [{ kind: 'bios', key: 'b', fields: {} }],
        },
      ],
    });
  expect((await push(deviceId)).body).toEqual({
    items: [
      { category: 'software', note: '', refused: '' },
      { category: 'hardware', note: '1 entries could not be read and were left out.', refused: '' },
    ],
  } as never);
  expect(await installed()).toEqual(['pushed 1']);
  expect((await push(await cast.aDevice(tenant))).status).toBe(404);
});

test('IV-9: what a foreign node pushes is cleaned and not refused, keys, names and notes alike', async () => {
  const items = [pkg('half\ud83d', '1'), pkg('nul\0', '2')];
  const category = { category: 'software', collectedAt: new Date().toISOString(), items, note: 'n\0' };

  const answer = await cast.call(cast.running.token, 'POST', '/inventory', {
    ...{ deviceId, categories: [category] },
  });

  expect(answer.body).toEqual({ items: [{ category: 'software', note: 'n\ufffd', refused: '' }] } as never);
  expect(await installed()).toEqual(['half\ufffd 1', 'nul\ufffd 2']);
});

test('history past its retention is dropped by the month', async () => {
  await cast.database.ingest`select muster.make_inventory_partitions('2024-01-01', '2024-02-01')`;
  const dropped = await tidyChanges(cast.database.ingest, Date.now());
  expect(dropped).toEqual(['inventory_changes_202401', 'inventory_changes_202402']);
});
