import { afterAll, beforeAll, expect, test } from 'bun:test';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentProcess, until } from '../testing/agent-process.ts';
import { TestGateway } from '../testing/test-gateway.ts';
import { buildAgent, thisPlatform } from './build-agent.ts';

let folder: string;
let program: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'muster-build-'));
  program = await buildAgent({ platform: thisPlatform(), outFile: join(folder, 'muster-agent') });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('EN-5: in a hostile folder the compiled agent reads neither bunfig.toml nor .env', async () => {
  const hostile = join(folder, 'hostile');
  mkdirSync(hostile);
  writeFileSync(join(hostile, 'evil.ts'), `require('node:fs').writeFileSync('${hostile}/ran', 'as root');`);
  writeFileSync(join(hostile, 'bunfig.toml'), 'preload = ["./evil.ts"]\n[run]\npreload = ["./evil.ts"]\n');
  writeFileSync(join(hostile, '.env'), 'MUSTER_POLICY=nonsense\n');
  writeFileSync(join(hostile, 'harmless.ts'), '');
  const trap = Bun.spawnSync([process.execPath, 'harmless.ts'], { cwd: hostile });
  const sprung = existsSync(join(hostile, 'ran'));
  rmSync(join(hostile, 'ran'), { force: true });

  const run = Bun.spawnSync([program, '--version'], { cwd: hostile });
  const enrol = Bun.spawnSync([program, 'enrol', '--state', join(hostile, 'state')], {
    cwd: hostile,
    env: {},
  });

  expect([trap.exitCode, sprung]).toEqual([0, true]);
  expect(run.stdout.toString().trim()).toBe('0.1.0');
  expect(enrol.stderr.toString()).toContain('which server?');
  expect(existsSync(join(hostile, 'ran'))).toBe(false);
});

test('EN-5, HB-1: the compiled agent enrols and connects', async () => {
  const gateway = await new TestGateway(26740, 26741).start();
  const agent = new AgentProcess(gateway, [program]);
  try {
    expect((await agent.enrol()).code).toBe(0);
    agent.start();
    await until('the compiled agent connects', () => gateway.connected === 1);
  } finally {
    await agent.dispose();
    await gateway.stop();
  }
});
