import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeviceRow, SavedView } from '@muster/contracts';
import { ADMIN, muster, type RunningServer, startServer, until } from './src/index.ts';

/** Saved views by command line, over this very machine. */
setDefaultTimeout(240_000);

let server: RunningServer;
let folder = '';
let hostname = '';
let env: Record<string, string> = {};

beforeAll(async () => {
  server = await startServer({ localAgent: true });
  folder = mkdtempSync(join(tmpdir(), 'muster-views-'));
  env = { MUSTER_CLI_CONFIG: join(folder, 'login.json') };
  const online = async () =>
    (await server.api<{ items: DeviceRow[] }>('GET', '/devices?query=status%20%3D%20online')).items[0];
  hostname = (await until('this machine is online', online, 90_000)).hostname;
  const login = ['login', '--server', server.url, '--email', ADMIN.email, '--password-stdin'];
  expect((await muster(login, env, ADMIN.password)).code).toBe(0);
}, 240_000);

afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const cli = (...words: string[]) => muster(['views', ...words], env);

async function json<Answer>(...words: string[]): Promise<Answer> {
  const { code, stdout, stderr } = await muster([...words, '--json'], env);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Answer;
}
const listed = async (...words: string[]) =>
  (await json<DeviceRow[]>('devices', 'list', ...words)).map((row) => row.hostname);

test('UI-1, GT-5: a view is saved, lists its devices, is narrowed, changed, shared, taken back and removed', async () => {
  const wrong = await cli('save', 'Broken', 'oss = linux');
  expect([wrong.code === 0, wrong.stderr]).toEqual([false, expect.stringContaining('column 1')]);

  await json('views', 'save', 'Linux', 'os = linux', '--sort', '-cpu', '--columns', 'name,cpu');
  const view = await json<SavedView>('views', 'show', 'linux');
  expect(view).toMatchObject({ query: 'os = linux', sort: '-cpu', columns: ['name', 'cpu'], orgId: null });
  expect((await cli('save', 'LINUX', 'os = linux')).stderr).toContain('already');
  expect(await listed('--view', 'Linux')).toEqual([hostname]);
  expect(await listed('--view', 'Linux', 'status = offline or os = windows')).toEqual([]);

  await json('views', 'save', 'Linux', 'os = windows', '--replace');
  expect(await listed('--view', 'Linux')).toEqual([]);

  const shared = await json<SavedView>('views', 'share', 'Linux');
  expect(shared.orgName).not.toBeNull();
  expect((await cli('list')).stdout).toContain(shared.orgName ?? 'an organisation');
  expect((await json<SavedView>('views', 'share', 'Linux', '--back')).orgId).toBeNull();

  expect((await cli('remove', 'Linux')).code).toBe(0);
  expect(await json<SavedView[]>('views', 'list')).toEqual([]);
  expect((await cli('show', 'Linux')).stderr).toContain('There is no view Linux');
});
