import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '../../../platform/log/index.ts';
import { layAgentCheckout, writeAgentSource } from '../testing/agent-checkout.ts';
import { createAgentBuilds } from './agent-builds.ts';
import { nativePlatform } from './platforms.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-builds-'));
  await layAgentCheckout(folder, "console.log('one')");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const write = (source: string) => writeAgentSource(folder, source);
const open = () =>
  createAgentBuilds({ checkout: folder, dataDir: folder, version: '0.1.0', log: createLog('silent') });
const platform = nativePlatform() ?? 'linux-amd64';

test('a build is made once, however many ask for it, and found again by the next start', async () => {
  const builds = await open();
  expect(builds.find(platform)).toBeUndefined();

  const [first, second] = await Promise.all([builds.ensure(platform), builds.ensure(platform)]);

  expect(second).toBe(first);
  expect(builds.list().find((one) => one.platform === platform)).toMatchObject({
    state: 'ready',
    version: '0.1.0',
  });
  expect((await stat(first.path)).mode & 0o111).not.toBe(0);
  expect((await open()).find(platform)).toEqual(first);
});

test('changed sources make a new build, and the old one is gone', async () => {
  const first = await (await open()).ensure(platform);
  await write("console.log('two')");

  const builds = await open();

  expect(builds.find(platform)).toBeUndefined();
  expect(await readdir(join(folder, 'agents'))).toEqual([]);
  expect((await builds.ensure(platform)).sha256).not.toBe(first.sha256);
});

test('a build that somebody changed on the disk is not handed out', async () => {
  const { path } = await (await open()).ensure(platform);
  const bytes = await Bun.file(path).bytes();
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  await Bun.write(path, bytes);

  expect((await open()).find(platform)).toBeUndefined();
});

test('sources that do not compile are told, and mended ones build', async () => {
  await write('const = ;');
  const builds = await open();

  await expect(builds.ensure(platform)).rejects.toThrow('did not compile');

  expect(builds.list().find((one) => one.platform === platform)?.state).toBe('failed');
  await write("console.log('mended')");
  expect((await (await open()).ensure(platform)).bytes).toBeGreaterThan(1_000_000);
});

test('a compiled agent ignores what lies in the folder that it is started in', async () => {
  await write(
    'console.log(JSON.stringify({ leaked: Bun.spawnSync(["printenv", "LEAKED"]).stdout.toString() }))',
  );
  const { path } = await (await open()).ensure(platform);
  const hostile = join(folder, 'hostile');
  await Bun.write(join(hostile, '.env'), 'LEAKED=yes');
  await Bun.write(join(hostile, 'bunfig.toml'), 'preload = ["./evil.ts"]');
  await Bun.write(join(hostile, 'evil.ts'), 'await Bun.write("./ran", "yes")');

  const run = Bun.spawn([path], { cwd: hostile, stdout: 'pipe' });

  expect(await new Response(run.stdout).json()).toEqual({ leaked: '' });
  expect((await readdir(hostile)).sort()).toEqual(['.env', 'bunfig.toml', 'evil.ts']);
});
