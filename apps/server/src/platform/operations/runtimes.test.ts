import { afterAll, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  ensureRuntime,
  hasIntegrity,
  pinnedIntegrity,
  RUNTIME_TARGETS,
  type RuntimeTarget,
} from './runtimes.ts';

const scratch = await mkdtemp(join(tmpdir(), 'muster-runtimes-'));
afterAll(() => rm(scratch, { recursive: true, force: true }));

const npm = Bun.which('npm');
const asked =
  npm === null ? undefined : Bun.spawnSync([npm, 'view', '@oven/bun-linux-aarch64@1.4.5', 'version']);
const offline = asked?.exitCode !== 0;
if (offline) process.stderr.write('SKIPPED: fetching a runtime: no npm registry in reach\n');

/** A registry that offers a package of the right name whose own digest is right and whose content is not ours. */
function startLyingRegistry() {
  const tarball = Bun.gzipSync(new TextEncoder().encode('something else'));
  const digest = createHash('sha512').update(tarball).digest('base64');
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: (request): Response => {
      if (request.url.endsWith('.tgz')) return new Response(tarball);
      const dist = { tarball: `${server.url}evil.tgz`, integrity: `sha512-${digest}` };
      const release = { name: '@oven/bun-windows-x64', version: '1.4.5', dist };
      return Response.json({
        name: release.name,
        'dist-tags': { latest: '1.4.5' },
        versions: { '1.4.5': release },
      });
    },
  });
  return server;
}

test('every target of the pinned version has a sha512 digest', () => {
  for (const target of RUNTIME_TARGETS) {
    expect(pinnedIntegrity(target, '1.4.5')).toMatch(/^sha512-[A-Za-z0-9+/]{86}==$/);
  }
});

test('a version that nobody pinned is refused before anything is fetched', async () => {
  const wanted = { cacheDir: scratch, target: 'linux-x64' as RuntimeTarget, version: '1.4.4' };

  expect(ensureRuntime(wanted)).rejects.toThrow('Bun 1.4.4 for linux-x64 is not pinned');
});

test('a package with one changed byte has not the pinned integrity', () => {
  const bytes = new TextEncoder().encode('package');
  const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;

  expect(hasIntegrity(bytes, integrity)).toBe(true);
  bytes[0] = 0;
  expect(hasIntegrity(bytes, integrity)).toBe(false);
});

test('a registry that offers another package under the right name is not believed, and nothing of it is kept', async () => {
  const lying = startLyingRegistry();
  const cacheDir = join(scratch, 'lied');
  const code = `import { ensureRuntime } from '${join(import.meta.dir, 'runtimes.ts')}';
    await ensureRuntime({ cacheDir: '${cacheDir}', target: 'windows-x64', version: '1.4.5' })
      .then(() => console.log('believed'), (error) => console.log(error.name, error.message));`;
  const child = Bun.spawn({
    cmd: [process.execPath, '-e', code],
    env: {
      PATH: `${dirname(npm ?? '')}:/usr/bin:/bin`,
      HOME: scratch,
      npm_config_registry: lying.url.href,
    },
    stdout: 'pipe',
  });

  const said = await new Response(child.stdout).text();
  await lying.stop(true);

  expect(said).toContain('RuntimeUnavailable the package of bun-windows-x64-1.4.5 is not the pinned one');
  expect(await readdir(cacheDir)).toEqual([]);
}, 120_000);

test.skipIf(offline)(
  'a runtime is fetched once, is executable, and is the machine code of its target',
  async () => {
    const cacheDir = join(homedir(), '.cache', 'muster-lab', 'runtimes');
    const wanted = { cacheDir, target: 'linux-aarch64' as RuntimeTarget, version: '1.4.5' };

    const [first, second] = await Promise.all([ensureRuntime(wanted), ensureRuntime(wanted)]);

    expect(second).toBe(first);
    const head = new DataView(await Bun.file(first).slice(0, 20).arrayBuffer());
    // ELF's e_machine: 183 is AArch64.
    expect(head.getUint32(0)).toBe(0x7f454c46);
    expect(head.getUint16(18, true)).toBe(183);
    const fetchedAt = (await stat(first)).mtimeMs;
    await ensureRuntime(wanted);
    expect((await stat(first)).mtimeMs).toBe(fetchedAt);
  },
  180_000,
);
