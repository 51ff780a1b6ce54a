import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import type { DeviceId, TimelineEntry } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import { newId } from '../../platform/new-id.ts';
import { aCast, type Cast, type Tenant } from '../../testing/cast.ts';
import { until } from '../../testing/ledger-fixture.ts';

type Page = {
  items: TimelineEntry[];
  next: string | null;
  hidden: { kind: string; permission: string }[];
  searchedTo: string | null;
};

let cast: Cast;
let tenant: Tenant;
let deviceId: DeviceId;
let startMs: number;

beforeAll(async () => {
  cast = await aCast();
});
afterAll(() => cast.stop());
beforeEach(async () => {
  tenant = await cast.aTenant(`acme ${crypto.randomUUID()}`);
  deviceId = await cast.aDevice(tenant);
  startMs = Date.now() - 3 * 3_600_000;
});

const run = (query: ReturnType<typeof sql>) => cast.database.system('test', (tx) => tx.execute(query));
/** A moment of this story, so many minutes after it began. */
const minute = (n: number): string => new Date(startMs + n * 60_000).toISOString();

/** An event as a module appends it; the server's own sequencer gives it a position. */
async function anEvent(type: string, payload: object, at: string): Promise<void> {
  const id = newId<string>();
  await run(sql`
    insert into event_outbox (id, org_id, type, version, subject_id, priority, payload, occurred_at)
    values (${id}, ${tenant.orgId}, ${type}, 1, ${deviceId}, 'low', ${JSON.stringify(payload)}::jsonb, ${at})`);
  await until(async () => (await run(sql`select from event_log where id = ${id}`)).rowCount === 1);
}
const online = (at: string) => anEvent('device.online', { hostname: 'x', reason: 'connected', at }, at);
const entered = (group: string, at: string) =>
  anEvent('device.group_entered', { groupId: newId<string>(), group }, at);
const aCommand = (at: string, reason: string | null, name = 'process.kill') =>
  run(sql`
    insert into commands (id, org_id, device_id, device_name, sequence, name, version, state, payload, envelope,
      error_message, requested_by_name, reason, timeout_ms, created_at, deliver_by, ended_at)
    select ${newId<string>()}, ${tenant.orgId}, ${deviceId}, 'x', count(*) + 1, ${name}, 1, 'failed', '{"pid":7}',
      '', 'no such process', 'Grace', ${reason}, 1000, ${at}, ${at}, ${at}
    from commands where device_id = ${deviceId}`);
async function aChange(name: string, at: string): Promise<void> {
  const { rows } = await run(sql`select device_no as no from devices where id = ${deviceId}`);
  await cast.database.ingest`
    insert into inventory_changes (device_no, at, category, kind, key, change, after)
    values (${rows[0]?.no as number}, ${new Date(at)}, 'software', 'package', ${name}, 'added',
      ${JSON.stringify({ name, version: '1.2' })}::text::jsonb)`;
}

async function read(token: string, query = ''): Promise<Page> {
  const answer = await cast.call(token, 'GET', `/devices/${deviceId}/timeline${query}`);
  expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
  return answer.body as Page;
}
const ada = (query = '') => read(cast.running.token, query);
const titles = async (query = '') => (await ada(query)).items.map(({ title }) => title);
const rename = (displayName: string) =>
  cast.call(cast.running.token, 'PATCH', `/devices/${deviceId}`, { displayName });

describe('one stream', () => {
  test('IV-1: events, commands, changes and audit rows are told in one order, with who, why and how it ended', async () => {
    await online(minute(1));
    await aChange('nginx', minute(2));
    await aCommand(minute(3), 'it hangs');
    await entered('Web servers', minute(4));
    await rename('front door');
    await until(async () => (await titles()).length === 6);

    const { items, next, hidden } = await ada();

    expect({ next, hidden }).toEqual({ next: null, hidden: [] });
    expect(
      items
        .map(({ kind }) => kind)
        .toSorted()
        .join(),
    ).toBe('audit,command,group,inventory,record,state');
    expect(items.slice(2)).toMatchObject([
      { kind: 'group', title: 'Entered the group Web servers', at: minute(4), actor: null },
      {
        kind: 'command',
        title: 'End process',
        detail: 'failed: no such process · pid=7 · because: it hangs',
        actor: 'Grace',
        tone: 'bad',
        link: expect.stringMatching(/^\/commands\//),
      },
      { kind: 'inventory', title: 'Software: nginx came', detail: '1.2' },
      { kind: 'state', title: 'Online', detail: 'connected', tone: 'good' },
    ]);
    expect(items.find(({ kind }) => kind === 'record')).toMatchObject({
      detail: 'displayName: – → front door',
      actor: expect.stringMatching(/./),
    });
    const audit = items.find(({ kind }) => kind === 'audit');
    expect(audit).toMatchObject({ title: 'A device was renamed, tagged or moved' });
    const index = audit?.link?.split('/').at(-1);
    expect((await cast.call(cast.running.token, 'GET', `/audit/${tenant.orgId}/${index}`)).status).toBe(200);
  });

  test('IV-1: small pages neither repeat nor leave out entries, though many share one moment', async () => {
    for (let n = 0; n < 4; n += 1) {
      await online(minute(1));
      await aCommand(minute(1), `reason ${n}`);
      await aChange(`package-${n}`, minute(1));
    }
    const whole = (await ada()).items.map(({ id }) => id);
    const paged: string[] = [];
    let cursor: string | null = '';
    do {
      const page: Page = await ada(`?limit=5${cursor ? `&cursor=${cursor}` : ''}`);
      paged.push(...page.items.map(({ id }) => id));
      cursor = page.next;
    } while (cursor !== null);
    expect(new Set(whole).size).toBe(12);
    expect(paged).toEqual(whole);
  });

  test('IV-1: kinds, times and words narrow it, each alone and together', async () => {
    await online(minute(1));
    await aChange('nginx', minute(2));
    await aCommand(minute(3), 'it hangs');

    expect(await titles('?kinds=state')).toEqual(['Online']);
    expect(await titles('?kinds=state,inventory')).toEqual(['Software: nginx came', 'Online']);
    expect(await titles(`?since=${minute(2)}&until=${minute(3)}`)).toEqual(['Software: nginx came']);
    expect(await titles('?search=NGINX%201.2')).toEqual(['Software: nginx came']);
    expect(await titles('?search=grace')).toEqual(['End process']);
    expect(await titles('?search=grace&kinds=state')).toEqual([]);
    const wrong = await cast.call(cast.running.token, 'GET', `/devices/${deviceId}/timeline?kinds=gossip`);
    expect([wrong.status, wrong.text]).toEqual([400, expect.stringContaining('kinds')]);
    const foreign = await cast.call(cast.running.token, 'GET', `/devices/${deviceId}/timeline?cursor=bm8`);
    expect([foreign.status, foreign.text]).toEqual([400, expect.stringContaining('none of ours')]);
  });
});

describe('who may see what', () => {
  test('SE-3: a viewer sees no audit rows, an operator of another organisation no device, and both are told why', async () => {
    await online(minute(1));
    await rename('front door');
    await until(async () => (await titles('?kinds=audit')).length === 1);

    const viewer = await cast.signIn(await cast.aPerson('Vera', 'viewer', { orgId: tenant.orgId }));
    const page = await read(viewer);
    expect(page.items.map(({ kind }) => kind)).not.toContain('audit');
    expect(page.hidden).toEqual([{ kind: 'audit', permission: 'audit:read' }]);
    expect((await read(viewer, '?kinds=audit')).items).toEqual([]);

    const other = await cast.aTenant(`other ${crypto.randomUUID()}`);
    const stranger = await cast.signIn(await cast.aPerson('Oz', 'admin', { orgId: other.orgId }));
    const refused = await cast.call(stranger, 'GET', `/devices/${deviceId}/timeline`);
    expect(refused.status).toBe(404);
  });

  test('SE-3: whoever reads the audit log of another organisation alone does not read that of this device', async () => {
    const other = await cast.aTenant(`other ${crypto.randomUUID()}`);
    const person = await cast.aPerson('Nia', 'viewer', { orgId: tenant.orgId });
    await cast.grant(person, 'auditor', { orgId: other.orgId });
    await rename('front door');
    await until(async () => (await titles('?kinds=audit')).length === 1);

    const page = await read(await cast.signIn(person));

    expect(page.hidden).toEqual([{ kind: 'audit', permission: 'audit:read' }]);
    expect(page.items.map(({ kind }) => kind)).not.toContain('audit');
  });

  test('IV-1: a search that finds nothing for long says how far it came, and goes on from there', async () => {
    await run(sql`
      insert into event_log (position, id, org_id, type, version, subject_id, priority, payload, occurred_at, sequenced_at)
      select -n, uuidv7(), ${tenant.orgId}, 'device.online', 1, ${deviceId}, 'low',
        '{"hostname":"x","reason":"connected","at":"2026-01-01T00:00:00Z"}', now() - n * interval '1 second', now()
      from generate_series(1, 4000) as n`);
    await entered('Web servers', new Date(Date.now() - 5_000_000).toISOString());

    const first = await ada('?search=web');
    expect([first.items, first.searchedTo]).toEqual([[], expect.stringMatching(/T/)]);
    const second = await ada(`?search=web&cursor=${first.next}`);
    expect(second.items.map(({ title }) => title)).toEqual(['Entered the group Web servers']);
    expect(second.next).toBeNull();
  });

  test('IV-1: a look is told where somebody said why, and left to the list of commands elsewhere', async () => {
    await aCommand(minute(1), 'ticket 4711', 'process.list');
    await aCommand(minute(2), null, 'process.list');
    await aCommand(minute(3), null);

    expect(await titles('?kinds=command')).toEqual(['End process', 'List processes']);
  });

  test('DT-4: a command that ended before the days that commands are kept is not told', async () => {
    const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
    await aCommand(daysAgo(366), 'long ago');
    await aCommand(daysAgo(364), 'not so long ago', 'power.reboot');

    expect(await titles('?kinds=command')).toHaveLength(1);
  });

  test('IV-1: a device that moved tells the names of its sites', async () => {
    const siteId = newId<string>();
    await run(sql`insert into sites (id, org_id, name) values (${siteId}, ${tenant.orgId}, 'Lisboa')`);
    const moved = await cast.call(cast.running.token, 'PATCH', `/devices/${deviceId}`, { siteId });
    expect(moved.status).toBe(200);
    await until(async () => (await titles('?kinds=audit,record')).length === 2);

    for (const { detail } of (await ada('?kinds=audit,record')).items)
      expect(detail).toMatch(/^site: .+ → Lisboa$/);
  });

  test('SE-3: whoever sees one site alone reads its devices’ events and commands, and no log of the organisation', async () => {
    await online(minute(1));
    await aCommand(minute(2), 'it hangs');
    const person = await cast.aPerson('Sid', 'admin', { orgId: tenant.orgId, siteId: tenant.siteId });
    const page = await read(await cast.signIn(person));
    expect(page.items.map(({ kind }) => kind)).toEqual(['command', 'state']);
    expect(page.hidden.map(({ kind }) => kind)).toEqual(['audit']);
  });
});
