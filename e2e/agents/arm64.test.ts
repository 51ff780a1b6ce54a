import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command, Device, ProcessSnapshot } from '@muster/contracts';
import { type Arm64Process, labRuntime, runArm64, skipReason } from '@muster/lab';
import { buildAgent } from '../../apps/agent/src/build/build-agent.ts';
import { type RunningServer, startServer, until } from '../src/index.ts';

/** The Linux agent for 64-bit ARM on an emulated processor and this machine's kernel, against a real server. */
const reason = await skipReason('arm64');
setDefaultTimeout(240_000);

describe.skipIf(reason !== undefined)('a 64-bit ARM machine', () => {
  let server: RunningServer;
  let folder: string;
  let binary: string;
  let running: Arm64Process | undefined;
  let deviceId = '';

  const start = (command: string, env: Record<string, string> = {}) =>
    runArm64(
      binary,
      [command, '--state', join(folder, 'state'), ...(command === 'status' ? ['--json'] : [])],
      {
        env: { MUSTER_SERVER: server.url, ...env },
        cwd: folder,
      },
    );
  async function run(command: string, env: Record<string, string> = {}) {
    const child = await start(command, env);
    const [stdout, stderr, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    return { stdout, stderr, code };
  }
  const device = () => server.api<Device>('GET', `/devices/${deviceId}`);
  async function command(name: string, payload: object) {
    const asked = await server.api<Command>('POST', `/devices/${deviceId}/commands/${name}`, { payload });
    const ended = await until(
      `${name} ends`,
      async () => {
        const now = await server.api<Command>('GET', `/commands/${asked.id}`);
        return now.endedAt !== null && now;
      },
      60_000,
    );
    expect(ended.state, JSON.stringify(ended.error)).toBe('succeeded');
    return ended.result;
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'muster-arm64-'));
    const runtimePath = await labRuntime('linux-aarch64');
    [binary, server] = await Promise.all([
      buildAgent({ platform: 'linux-arm64', outFile: join(folder, 'muster-agent'), runtimePath }),
      startServer(),
    ]);
  }, 300_000);

  afterAll(async () => {
    running?.kill();
    await running?.exited;
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 120_000);

  test('EN-1, EN-5: the arm64 binary enrols, connects and says what it is', async () => {
    const { secret } = await server.api<{ secret: string }>('POST', '/enrolment-tokens', {});

    const enrolled = await run('enrol', { MUSTER_TOKEN: secret });

    expect(enrolled.code, enrolled.stderr).toBe(0);
    deviceId = JSON.parse((await run('status')).stdout).deviceId;
    running = await start('run');
    const online = await until('online', async () => {
      const now = await device();
      return now.presence === 'online' && now;
    });
    expect(online).toMatchObject({ os: 'linux', arch: 'arm64', lifecycle: 'active' });
  });

  test('RA-2: it lists the processes and ends one', async () => {
    const victim = Bun.spawn(['sleep', '98765']);
    const snapshot = (await command('process.list', {})) as ProcessSnapshot;
    const listed = snapshot.processes.find((one) => one.pid === victim.pid);
    expect(listed).toMatchObject({ name: 'sleep', command: 'sleep 98765' });

    const { pid = 0, startToken = '' } = listed ?? {};
    const result = await command('process.kill', { pid, startToken, bootId: snapshot.bootId });

    expect(result).toMatchObject({ ended: true, forced: false });
    expect(await victim.exited).not.toBe(0);
  });

  test('TM-1: its minutes arrive', async () => {
    const series = await until(
      'a closed minute',
      async () => {
        const answer = await server.api<{ series: { metric: string; mean: (number | null)[] }[] }>(
          'GET',
          `/devices/${deviceId}/telemetry?resolution=60&metrics=cpu,memory.used,uptime`,
        );
        const full = answer.series.filter((one) => one.mean.some((value) => value !== null));
        return full.length === 3 && full;
      },
      150_000,
    );

    expect(series.map((one) => one.metric).sort()).toEqual(['cpu', 'memory.used', 'uptime']);
  });
});
