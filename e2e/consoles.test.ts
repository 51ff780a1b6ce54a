import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { statSync } from 'node:fs';
import type { Command, DeviceRow, Process } from '@muster/contracts';
import {
  ADMIN,
  callSentpulse,
  muster,
  type RunningServer,
  runProgram,
  stageTerminal,
  type Terminal,
  until,
} from './src/index.ts';

/** The command line and sentpulse.v1 against a real server with the agent of this very machine. */
setDefaultTimeout(240_000);

let terminal: Terminal;
let server: RunningServer;
let deviceId = '';

beforeAll(async () => {
  terminal = await stageTerminal();
  server = terminal.server;
  deviceId = terminal.device.id;
}, 240_000);
afterAll(() => terminal.stop());

const cli: Terminal['cli'] = (...words) => terminal.cli(...words);
const json: Terminal['json'] = (...words) => terminal.json(...words);

describe('muster', () => {
  test('AG-6: before signing in every command says how to, with an exit code of its own', async () => {
    const result = await muster(['devices', 'list'], terminal.envOf('nobody'));

    expect(result.code).toBe(3);
    expect(result.stderr).toContain('muster login');
  });

  test('AG-6: a wrong password and an unknown person are refused in the same words', async () => {
    const attempt = (email: string) =>
      muster(
        ['login', '--server', server.url, '--email', email, '--password-stdin'],
        terminal.envOf('nobody'),
        'wrong',
      );

    const [known, unknown] = [await attempt(ADMIN.email), await attempt('nobody@example.test')];

    expect([known.code, unknown.code]).toEqual([3, 3]);
    expect(known.stderr).toBe(unknown.stderr);
  });

  test('AG-6: login remembers itself for this person alone', async () => {
    const env = terminal.envOf('again');
    const login = ['login', '--server', server.url, '--email', ADMIN.email, '--password-stdin'];
    const result = await muster(login, env, `${ADMIN.password}\n`);

    expect(result.code, result.stderr).toBe(0);
    expect(result.stdout + result.stderr).not.toContain(ADMIN.password);
    expect(statSync(env.MUSTER_CLI_CONFIG ?? '').mode & 0o077).toBe(0);
  });

  test('AG-6: devices are listed by query, for people and for programs', async () => {
    const table = await cli('devices', 'list', 'os', '=', 'linux');
    const online = await json<DeviceRow[]>('devices', 'list', 'status = online');
    const none = await json<DeviceRow[]>('devices', 'list', 'os', '=', 'windows');

    expect(table.stdout).toContain('online');
    expect(online.map((row): string => row.id)).toEqual([deviceId]);
    expect(none).toEqual([]);
  });

  test('AG-6: a query with a mistake points at it and proposes the fix', async () => {
    const result = await cli('devices', 'list', 'hostnam', '=', 'x');

    expect(result.code).toBe(2);
    expect(result.stderr).toContain('hostname');
  });

  test('AG-6: a device is shown by name or by id', async () => {
    const byId = await json<DeviceRow>('devices', 'show', deviceId);
    const byName = await cli('devices', 'show', byId.hostname);

    expect(byName.stdout).toContain(deviceId);
    expect((await cli('devices', 'show', 'nobody-here')).code).toBe(5);
  });

  test('RA-2 AG-6: a process of this machine is listed and ended, and its record says so', async () => {
    const victim = Bun.spawn(['sleep', '98765']);
    const listed = await json<Process[]>('processes', 'list', deviceId);
    const found = listed.find((one) => one.pid === victim.pid);
    expect(found?.name).toBe('sleep');

    const killed = await cli('processes', 'kill', deviceId, String(victim.pid), '--grace', '2');

    expect(killed.code, killed.stderr).toBe(0);
    expect(await victim.exited).not.toBe(0);
    const records = await json<Command[]>('commands', 'list');
    expect(records[0]).toMatchObject({ name: 'process.kill', state: 'succeeded', result: { ended: true } });
    expect((await cli('commands', 'show', records[0]?.id ?? '')).stdout).toContain('succeeded');
  });

  test('EN-1 AG-6: tokens are created, listed without their secret, and revoked', async () => {
    const words = ['tokens', 'create', '--tag', 'role=web', '--uses', '3'];
    const created = await json<{ token: { id: string }; secret: string }>(...words);
    const listed = await cli('tokens', 'list', '--json');
    const revoked = await json<unknown>('tokens', 'revoke', created.token.id);

    expect(listed.stdout).toContain(created.token.id);
    expect(listed.stdout).not.toContain(created.secret);
    expect(revoked).toMatchObject({ state: 'revoked', tags: { role: 'web' } });
  });

  test('UI-10 AG-6: watch prints a state as it changes', async () => {
    let isOver = false;
    const watching = cli('devices', 'watch', '--count', '1', '--json').finally(() => {
      isOver = true;
    });
    // When it has begun to watch nobody tells: the state changes until it has seen it.
    await until('it has seen a change', async () => {
      await server.api('POST', `/devices/${deviceId}/suspend`, {});
      await Bun.sleep(1_000);
      if (!isOver) await server.api('POST', `/devices/${deviceId}/resume`, {});
      return isOver;
    });

    const lines = (await watching).stdout.trim().split('\n');
    expect(lines.length).toBeGreaterThanOrEqual(2);
    expect(JSON.parse(lines.at(-1) ?? '{}')).not.toEqual(JSON.parse(lines[0] ?? '{}'));
    await server.api('POST', `/devices/${deviceId}/resume`, {}).catch(() => undefined);
  });

  test('AG-6: completions are valid shell', async () => {
    const bash = await cli('completion', 'bash');

    const checked = await runProgram([
      'bash',
      '-c',
      `${bash.stdout}\nCOMP_WORDS=(muster devices li) COMP_CWORD=2; _muster; echo "$COMPREPLY"`,
    ]);
    expect(checked.stdout.trim()).toBe('list');
  });

  test('AG-6: a server that does not answer is said so', async () => {
    const result = await muster(['devices', 'list'], {
      MUSTER_SERVER: 'http://localhost:1',
      MUSTER_TOKEN: 'x',
    });

    expect(result.code).toBe(7);
    expect(result.stderr).toContain('http://localhost:1 does not answer');
  });
});

describe('sentpulse.v1, spoken by a client that is not ours', () => {
  for (const protocol of ['connect', 'grpcweb'] as const) {
    test(`IN-9: lists, gets and charts devices over ${protocol}`, async () => {
      const listed = await callSentpulse(server, 'DashboardService/ListDevices', {
        protocol,
        body: { page_size: 10 },
      });
      expect(listed.code, listed.stderr).toBe(0);
      const answer = JSON.parse(listed.stdout) as {
        devices: { id: string; os: string }[];
        totalCount: number;
      };
      expect(answer).toMatchObject({ totalCount: 1, devices: [{ id: deviceId, os: 'linux' }] });

      const got = await callSentpulse(server, 'DashboardService/GetDevice', {
        protocol,
        body: { device_id: deviceId },
      });
      const now = Math.floor(Date.now() / 1000);
      const series = await callSentpulse(server, 'DashboardService/GetDeviceTelemetry', {
        protocol,
        body: {
          device_id: deviceId,
          start_time: new Date((now - 120) * 1000).toISOString(),
          end_time: new Date(now * 1000).toISOString(),
          resolution_seconds: 10,
        },
      });

      expect(JSON.parse(got.stdout)).toMatchObject({ id: deviceId, hostname: expect.any(String) });
      expect(JSON.parse(series.stdout).dataPoints[0].telemetry.memoryTotalBytes).toMatch(/^\d{9,}$/);
    });
  }

  test('HB-3 HB-4: a foreign check-in is answered with the interval, and counts for the device it names', async () => {
    const body = { agent_id: deviceId, hostname: 'x', os: 'linux', telemetry: { cpu_percent: 12.5 } };

    const result = await callSentpulse(server, 'AgentService/CheckIn', { protocol: 'connect', body });

    expect(JSON.parse(result.stdout)).toEqual({ heartbeatIntervalSeconds: 60 });
  });

  test('IN-9: without a token, with a stranger as device and with a method that does not work yet it refuses', async () => {
    const call = (token: string | null, method: string, body: unknown) =>
      callSentpulse({ url: server.url, token }, method, { protocol: 'connect', body });

    const anonymous = await call(null, 'DashboardService/ListDevices', {});
    const stranger = await call(server.token, 'AgentService/CheckIn', { agent_id: crypto.randomUUID() });
    const reboot = await call(server.token, 'DashboardService/RebootDevice', { device_id: deviceId });

    expect(anonymous.stderr).toContain('unauthenticated');
    expect(stranger.stderr).toContain('not_found');
    expect(reboot.code).not.toBe(0);
  });
});
