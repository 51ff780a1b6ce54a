import { afterAll, beforeAll, expect, test } from 'bun:test';
import { aCast, type Cast, type Tenant } from './testing/cast.ts';

/* Text that no database holds, at the doors that people use; what machines report is cleaned where it is read. */

type Door = readonly [method: string, path: string, body: unknown, at: string];
type Problem = { readonly code: string; readonly params: { readonly issues: readonly { path: string }[] } };

let cast: Cast;
let tenant: Tenant;
beforeAll(async () => {
  cast = await aCast();
  tenant = await cast.aTenant('acme');
});
afterAll(() => cast.stop());

test('NUL and half of a surrogate pair are refused with their place, whatever they are sent to', async () => {
  const deviceId = await cast.aDevice(tenant);
  const doors = ['a\0b', 'a\ud800b'].flatMap((bad): Door[] => [
    ['PATCH', `/devices/${deviceId}`, { displayName: bad }, 'displayName'],
    ['PATCH', `/devices/${deviceId}`, { tags: { role: 'web', place: bad } }, 'tags.place'],
    ['POST', '/organisations', { name: bad }, 'name'],
    ['POST', '/groups', { name: bad, orgId: tenant.orgId, query: 'os = linux' }, 'name'],
    ['POST', '/views', { name: bad, query: '', columns: [], sort: 'hostname', orgId: null }, 'name'],
    [
      'POST',
      '/fields',
      { orgId: tenant.orgId, key: 'k', kind: 'enum', title: 't', choices: [bad] },
      'choices.0',
    ],
    ['POST', `/devices/${deviceId}/commands/process.list`, { payload: {}, reason: bad }, 'reason'],
    ['POST', '/auth/login', { email: 'ada@example.org', password: bad }, 'password'],
  ]);
  const searches = ['/audit?who', '/audit?target', '/users?search', '/software?search', '/devices?query'];
  const asked = searches.map((path): Door => ['GET', `${path}=a%00b`, undefined, path.split('?')[1] ?? '']);

  for (const [method, path, body, at] of [...doors, ...asked]) {
    const answer = await cast.call(cast.running.token, method, path, body);
    const { code, params } = answer.body as Problem;
    expect([path, answer.status, code, params.issues[0]?.path]).toEqual([path, 400, 'invalid_input', at]);
  }
});

test('whether text can be kept is told to nobody who may not do it anyway', async () => {
  const stranger = await cast.signIn(await cast.aPerson('Eve'));

  const [nobody, eve] = await Promise.all(
    [undefined, stranger].map((token) => cast.call(token, 'POST', '/organisations', { name: 'a\0b' })),
  );

  expect([nobody?.status, eve?.status]).toEqual([401, 403]);
});
