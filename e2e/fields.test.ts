import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CustomField, DeviceRow, DeviceTag, FieldAtPlace, Group } from '@muster/contracts';
import { ADMIN, muster, type RunningServer, startServer, until } from './src/index.ts';

/** Custom fields and tags by rule on this very machine, by command line, from the definition to the group that follows. */
setDefaultTimeout(240_000);

let server: RunningServer;
let folder = '';
let device: DeviceRow;
let env: Record<string, string> = {};

beforeAll(async () => {
  server = await startServer({ localAgent: true });
  folder = mkdtempSync(join(tmpdir(), 'muster-fields-'));
  env = { MUSTER_CLI_CONFIG: join(folder, 'login.json') };
  device = await until('this machine is online', async () => (await matching('status = online'))[0], 90_000);
  const login = ['login', '--server', server.url, '--email', ADMIN.email, '--password-stdin'];
  expect((await muster(login, env, ADMIN.password)).code).toBe(0);
}, 240_000);

afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const matching = async (query: string) =>
  (await server.api<{ items: DeviceRow[] }>('GET', `/devices?query=${encodeURIComponent(query)}`)).items;
const cli = (...words: string[]) => muster(words, env);

async function json<Answer>(...words: string[]): Promise<Answer> {
  const { code, stdout, stderr } = await cli(...words, '--json');
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Answer;
}

test('GT-6, GT-7, IV-1: a field is defined, set for a site, asked for, and a group tags the devices that it means', async () => {
  const unknown = await cli('devices', 'list', 'custom.owner ~ amsterdam');
  expect(unknown.code).not.toBe(0);
  expect(unknown.stderr).toContain('unknown field');

  await json<CustomField>(
    'fields',
    'define',
    'owner',
    '--kind',
    'text',
    '--title',
    'Owner',
    '--default',
    'nobody',
  );
  await json('fields', 'define', 'warranty', '--kind', 'time', '--for', 'device');
  const group = await json<Group>('groups', 'create', 'Amsterdam', '--query', 'custom.owner ~ amsterdam');
  await json('tags', 'group', 'Amsterdam', 'city=ams');
  expect(await matching('tag.city = ams')).toEqual([]);

  await json('fields', 'set', 'site', device.siteName, 'owner=Office Amsterdam');
  await until('the rule has tagged it', async () => (await matching('tag.city = ams'))[0]);
  const fields = await json<FieldAtPlace[]>('fields', 'show', 'device', device.id);
  expect(fields.find(({ key }) => key === 'owner')).toMatchObject({
    value: 'Office Amsterdam',
    origin: { kind: 'site', placeName: device.siteName },
  });
  expect(await json<DeviceTag[]>('tags', 'show', device.id)).toContainEqual(
    expect.objectContaining({
      key: 'city',
      value: 'ams',
      origin: expect.objectContaining({ groupId: group.id }),
    }),
  );

  await json('fields', 'set', 'device', device.id, 'owner=Kim', 'warranty=2026-12-31');
  expect((await matching('custom.owner = kim and custom.warranty < 2027-01-01')).map(({ id }) => id)).toEqual(
    [device.id],
  );
  await until(
    'the rule has taken the tag',
    async () => (await matching('tag.city = ams')).length === 0,
    5_000,
  );

  expect(
    await json<{ changed: number }>('tags', 'set', 'city=by-hand', '--query', 'custom.owner = kim'),
  ).toEqual({
    matching: 1,
    changed: 1,
  } as never);
  const kept = await cli('fields', 'remove', 'owner');
  expect([kept.code === 0, kept.stderr]).toEqual([false, expect.stringContaining('Amsterdam')]);
});
