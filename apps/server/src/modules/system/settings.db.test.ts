import { afterAll, beforeAll, expect, test } from 'bun:test';
import { SETTINGS } from '@muster/contracts/settings';
import { aCast, type Cast } from '../../testing/cast.ts';

type State = { key: string; value: unknown; changedBy: string | null; etag: string };

const path = '/settings/installation.name';
let cast: Cast;
beforeAll(async () => {
  cast = await aCast();
});
afterAll(() => cast.stop());

const ada = (method: string, at: string, body?: unknown) => cast.call(cast.running.token, method, at, body);
const present = async (key: string) => {
  const { items } = (await ada('GET', '/settings')).body as { items: State[] };
  return items.find((item) => item.key === key);
};

test('OP-7: a setting is its default until somebody changes it, and again when the change is taken back', async () => {
  expect(await present('installation.name')).toMatchObject({ value: '', changedBy: null });
  const changed = await ada('PATCH', path, { value: '  Acme operations ' });
  expect(changed.body).toMatchObject({ value: 'Acme operations', changedBy: expect.any(String) });
  expect(await present('installation.name')).toMatchObject({ value: 'Acme operations' });
  expect((await ada('DELETE', path)).body).toMatchObject({ value: '', changedBy: null });
});

test('OP-7: a value that does not fit is refused with the reason, and changes nothing', async () => {
  const refused = await ada('PATCH', path, { value: 7 });
  expect(refused.status).toBe(400);
  expect((refused.body as { detail: string }).detail).toBe('Name must be text.');
  expect((await ada('PATCH', path, {})).status).toBe(400);
  expect((await ada('PATCH', '/settings/no.such', { value: 1 })).status).toBe(400);
  expect(await present('installation.name')).toMatchObject({ value: '' });
});

test('OP-7: every setting of the catalogue is listed, and its default fits its own schema', async () => {
  const { items } = (await ada('GET', '/settings')).body as { items: State[] };
  expect(items.map((item) => item.key)).toEqual(Object.keys(SETTINGS));
  for (const { schema, byDefault } of Object.values(SETTINGS))
    expect(schema.safeParse(byDefault).success).toBe(true);
});
