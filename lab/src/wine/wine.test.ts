import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileFor } from '../compile/compile-for.ts';
import { skipReason } from '../parts.ts';
import { identify, isAlive } from '../process/process-identity.ts';
import { type WinePrefix, type WineProcess, winePrefix } from './wine-prefix.ts';

const reason = await skipReason('wine');

async function outcome(running: WineProcess) {
  const [stdout, stderr, code] = await Promise.all([
    new Response(running.stdout).text(),
    new Response(running.stderr).text(),
    running.exited,
  ]);
  return { lines: stdout.trim().split(/\r?\n/), stderr, code };
}

describe.skipIf(reason !== undefined)('Windows under Wine', () => {
  let folder: string;
  let exe: string;
  let prefix: WinePrefix;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-lab-wine-'));
    [exe, prefix] = await Promise.all([
      compileFor('windows-x64', join(import.meta.dir, '../compile/probe.ts'), join(folder, 'probe.exe')),
      winePrefix(),
    ]);
  }, 300_000);

  afterAll(async () => {
    await prefix?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('runs a compiled Bun program: timers, fetch, random bytes, a child, environment and exit code', async () => {
    let posted = '';
    const server = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch: async (request) => {
        posted = await request.text();
        return new Response('an answer');
      },
    });

    const result = await outcome(
      prefix.runExe(exe, [server.url.href], { env: { PROBE_VALUE: 'carried' }, cwd: folder }),
    );
    await server.stop(true);

    expect(result.lines).toEqual([
      'hello from win32 x64',
      'timer kept',
      'fetched an answer',
      'spawned 5',
      `variable carried in Z:${folder.replaceAll('/', '\\')}`,
    ]);
    expect(posted).toMatch(/^[0-9a-f-]{36}$/);
    expect(result.code).toBe(7);
  }, 120_000);

  test('has a registry of its own that keeps what is written', async () => {
    const key = 'HKLM\\Software\\MusterLab';
    await outcome(prefix.runExe('reg', ['add', key, '/v', 'Level', '/d', 'observe', '/f']));

    const asked = await outcome(prefix.runExe('reg', ['query', key, '/v', 'Level']));

    expect(asked.lines.join('\n')).toContain('observe');
  }, 120_000);

  test('a killed program ends at once, and stop leaves nothing running', async () => {
    const other = await winePrefix();
    const running = other.runExe('cmd.exe', ['/k']);
    const second = other.runExe('cmd.exe', ['/k']);
    const identities = [running, second].map((each) => identify(each.pid));

    running.kill();
    expect(await running.exited).not.toBe(0);
    await other.stop();
    await second.exited;

    expect(identities.some(isAlive)).toBe(false);
    expect(await Bun.file(join(other.driveC, 'windows', 'system32', 'kernel32.dll')).exists()).toBe(false);
  }, 120_000);
});
