import { afterAll, describe, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileFor } from '../compile/compile-for.ts';
import { skipReason } from '../parts.ts';
import { runArm64 } from './run-arm64.ts';

const reason = await skipReason('arm64');

describe.skipIf(reason !== undefined)('64-bit ARM under qemu', () => {
  let folder: string | undefined;

  afterAll(async () => {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  test('runs a compiled Bun program: timers, fetch, random bytes, a child, environment and exit code', async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-lab-arm64-'));
    const entry = join(import.meta.dir, '../compile/probe.ts');
    const binary = await compileFor('linux-aarch64', entry, join(folder, 'probe'));
    const server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response('an answer') });

    const running = await runArm64(binary, [server.url.href, '/bin/echo'], {
      env: { PROBE_VALUE: 'carried' },
      cwd: folder,
    });
    const [stdout, code] = await Promise.all([new Response(running.stdout).text(), running.exited]);
    await server.stop(true);

    expect(stdout.trim().split('\n')).toEqual([
      'hello from linux arm64',
      'timer kept',
      'fetched an answer',
      'spawned 0',
      `variable carried in ${folder}`,
    ]);
    expect(code).toBe(7);
  }, 240_000);
});
