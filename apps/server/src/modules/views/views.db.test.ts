import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import type { OrgId, SavedView } from '@muster/contracts';
import { sql } from 'drizzle-orm';
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

/** Signed in as somebody new with that role in the tenant. */
const as = async (role: 'viewer' | 'operator' | 'admin', place: object = { orgId: tenant.orgId }) =>
  cast.signIn(await cast.aPerson(`a ${role}`, role, place));
const save = async (by: string, name: string, more: object = {}) => {
  const answer = await cast.call(by, 'POST', '/views', { name, query: 'os = linux', ...more });
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  return answer.body as SavedView;
};
const seen = async (by: string) =>
  ((await cast.call(by, 'GET', '/views')).body as { items: SavedView[] }).items.filter(
    ({ orgId }) => orgId === null || orgId === tenant.orgId,
  );
const names = async (by: string) => (await seen(by)).map(({ name }) => name);
const change = (by: string, { id }: SavedView, body: object) => cast.call(by, 'PATCH', `/views/${id}`, body);
const shared = (orgId: OrgId) => ({ orgId });

describe('private views', () => {
  test('UI-1: a viewer keeps query, columns and order under a name, changes and removes them', async () => {
    const vera = await as('viewer');
    const view = await save(vera, 'Full disks', {
      query: 'disk.free < 10%',
      columns: ['name', 'disk'],
      sort: '-disk',
    });
    expect(view).toMatchObject({
      name: 'Full disks',
      query: 'disk.free < 10%',
      columns: ['name', 'disk'],
      sort: '-disk',
      orgId: null,
      mayChange: true,
    });
    expect(await seen(vera)).toEqual([view]);
    const changed = await change(vera, view, { name: 'Nearly full', columns: [] });
    expect([changed.status, changed.body as SavedView]).toEqual([
      200,
      { ...view, name: 'Nearly full', columns: [], etag: '"2"' },
    ]);
    expect((await cast.call(vera, 'DELETE', `/views/${view.id}`)).status).toBe(204);
    expect(await seen(vera)).toEqual([]);
  });

  test('UI-1, SE-2: nobody else sees a private view, also no administrator, and none of it is in the audit log', async () => {
    const vera = await as('viewer');
    const view = await save(vera, `secret ${crypto.randomUUID()}`);
    await change(vera, view, { query: 'os = windows' });
    for (const other of [await as('admin'), cast.running.token]) {
      expect(await names(other)).not.toContain(view.name);
      expect((await change(other, view, { name: 'mine' })).status).toBe(404);
      expect((await cast.call(other, 'DELETE', `/views/${view.id}`)).status).toBe(404);
    }
    const { rows } = await cast.database.system('test', (tx) =>
      tx.execute(sql`select from audit_log where target_id = ${view.id}`),
    );
    expect(rows).toEqual([]);
  });

  test('UI-1: a change that is based on an older version is refused, and so is one without If-Match', async () => {
    const vera = await as('viewer');
    const view = await save(vera, 'mine');
    const patch = (ifMatch?: string) =>
      fetch(`${cast.running.url}/api/v1/views/${view.id}`, {
        method: 'PATCH',
        headers: {
          authorization: `Bearer ${vera}`,
          'content-type': 'application/json',
          ...(ifMatch ? { 'if-match': ifMatch } : {}),
        },
        body: JSON.stringify({ sort: '-cpu' }),
      });
    expect((await patch()).status).toBe(428);
    expect((await patch(view.etag)).status).toBe(200);
    expect((await patch(view.etag)).status).toBe(412);
  });

  test('UI-1: names are unique whatever their case, for each person and each organisation by itself', async () => {
    const [vera, olga] = [await as('viewer'), await as('operator')];
    await save(vera, 'Servers');
    await save(olga, 'Servers');
    await save(olga, 'Servers', shared(tenant.orgId));
    const again = await cast.call(vera, 'POST', '/views', { name: 'sErvers', query: '' });
    expect([again.status, again.text]).toEqual([
      409,
      expect.stringContaining('You have a private view called “sErvers” already'),
    ]);
    const too = await cast.call(olga, 'POST', '/views', { name: 'SERVERS', query: '', orgId: tenant.orgId });
    expect(too.status).toBe(409);
    const other = await save(vera, 'Others');
    expect((await change(vera, other, { name: 'servers' })).status).toBe(409);
  });

  test('UI-1: a person has at most 200 private views', async () => {
    const vera = await as('viewer');
    for (let at = 0; at < 200; at += 20)
      await Promise.all(Array.from({ length: 20 }, (_, one) => save(vera, `view ${at + one}`)));
    const more = await cast.call(vera, 'POST', '/views', { name: 'one more', query: '' });
    expect([more.status, more.text]).toEqual([409, expect.stringContaining('at most 200 private views')]);
  }, 120_000);
});

describe('queries', () => {
  test('GT-5: a query is checked when it is saved and when it is changed, and the answer says where it is wrong', async () => {
    const vera = await as('viewer');
    const wrong = await cast.call(vera, 'POST', '/views', {
      name: 'x',
      query: 'os = linux and dsk.free < 1',
    });
    expect(wrong.status).toBe(400);
    const { params } = wrong.body as { params: { field: string; errors: { span: object }[] } };
    expect([params.field, params.errors[0]]).toEqual([
      'query',
      expect.objectContaining({ span: { start: 15, end: 23 } }),
    ]);
    const view = await save(vera, 'x');
    expect((await change(vera, view, { query: 'os =' })).status).toBe(400);
    expect((await seen(vera))[0]?.query).toBe('os = linux');
  });

  test('GT-5, GT-7: a shared query knows the custom fields of its own organisation, and stays after the field goes', async () => {
    const admin = await as('admin');
    const field = await cast.call(admin, 'POST', '/fields', { key: 'owner', title: 'Owner', kind: 'text' });
    expect(field.status).toBe(201);
    const query = 'custom.owner = Kim';
    const view = await save(admin, 'of Kim', { query, orgId: tenant.orgId });
    const stranger = await cast.aTenant(`other ${crypto.randomUUID()}`);
    const elsewhere = await as('admin', { orgId: stranger.orgId });
    const there = { name: 'of Kim', query, orgId: stranger.orgId };
    expect((await cast.call(elsewhere, 'POST', '/views', there)).status).toBe(400);
    await cast.call(admin, 'DELETE', `/fields/${(field.body as { id: string }).id}`);
    expect((await change(admin, view, { name: 'of nobody' })).status).toBe(200);
  });
});

describe('shared views', () => {
  test('UI-1, SE-3: an operator shares a view with everybody of the organisation, who then see it and change nothing', async () => {
    const [olga, vera] = [await as('operator'), await as('viewer')];
    const atSite = await as('viewer', { orgId: tenant.orgId, siteId: tenant.siteId });
    const view = await save(olga, 'Ours');
    expect(await names(vera)).toEqual([]);
    expect((await change(olga, view, shared(tenant.orgId))).status).toBe(200);
    for (const by of [vera, atSite]) {
      expect(await seen(by)).toMatchObject([{ name: 'Ours', orgName: tenant.name, mayChange: false }]);
      expect((await change(by, view, { name: 'Mine' })).status).toBe(403);
      expect((await cast.call(by, 'DELETE', `/views/${view.id}`)).status).toBe(403);
    }
    const refused = await cast.call(vera, 'POST', '/views', { name: 'a', query: '', orgId: tenant.orgId });
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining('views:share')]);
    const admin = await as('admin');
    expect((await seen(admin))[0]?.mayChange).toBe(true);
    expect((await change(admin, view, { query: 'os = macos' })).status).toBe(200);
    expect((await seen(vera))[0]?.query).toBe('os = macos');
  });

  test('SE-2, SE-4: who operates a single site shares nothing, and another organisation is not there', async () => {
    const atSite = await as('operator', { orgId: tenant.orgId, siteId: tenant.siteId });
    const own = await save(atSite, 'here');
    expect((await change(atSite, own, shared(tenant.orgId))).status).toBe(403);
    const olga = await as('operator');
    const view = await save(olga, 'Ours', shared(tenant.orgId));
    const stranger = await cast.aTenant(`other ${crypto.randomUUID()}`);
    const other = await as('admin', { orgId: stranger.orgId });
    expect(await names(other)).toEqual([]);
    expect((await change(other, view, { name: 'x' })).status).toBe(404);
    expect((await change(other, await save(other, 'y'), shared(tenant.orgId))).status).toBe(404);
  });

  test('UI-1: a shared view that is taken back is the private one of who took it', async () => {
    const [olga, admin] = [await as('operator'), await as('admin')];
    const view = await save(olga, 'Ours', shared(tenant.orgId));
    expect((await change(admin, view, { orgId: null })).status).toBe(200);
    expect(await names(olga)).toEqual([]);
    expect(await names(admin)).toEqual(['Ours']);
  });

  test('UI-1, SE-8: sharing, changing, taking back and removing a shared view stand in the audit log', async () => {
    const olga = await as('operator');
    const view = await save(olga, 'Ours');
    await change(olga, view, shared(tenant.orgId));
    await change(olga, view, { query: 'os = macos' });
    await change(olga, view, { orgId: null });
    await change(olga, view, shared(tenant.orgId));
    await cast.call(olga, 'DELETE', `/views/${view.id}`);
    const said = async () => {
      const path = `/audit?orgId=${tenant.orgId}&targetId=${view.id}`;
      const { items } = (await cast.call(cast.running.token, 'GET', path)).body as {
        items: { content: { action: string; target: { id: string } } }[];
      };
      return items
        .filter(({ content }) => content.target.id === view.id)
        .map(({ content }) => content.action)
        .reverse();
    };
    await until(async () => (await said()).length === 5);
    expect(await said()).toEqual([
      'view.shared',
      'view.changed',
      'view.taken_back',
      'view.shared',
      'view.removed',
    ]);
  });
});
