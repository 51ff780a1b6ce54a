import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { Command, Device, DeviceRow, ProcessSnapshot } from '@muster/contracts';
import { bootMachine, type Machine, skipReason } from '@muster/lab';
import { type RunningServer, startServer, until } from './src/index.ts';

/** The main job from end to end: a server, a Debian machine booted with systemd, the real installer line. */
const reason = await skipReason('machine');
setDefaultTimeout(240_000);

type Created = { token: { id: string }; secret: string; install: { system: string; line: string }[] };
type Page<Row> = { items: Row[] };

describe.skipIf(reason !== undefined)('a Debian machine', () => {
  let server: RunningServer;
  let machine: Machine;
  let deviceId = '';

  const device = () => server.api<Device>('GET', `/devices/${deviceId}`);
  const presence = (wanted: DeviceRow['presence'], withinMs?: number) =>
    until(`${wanted}`, async () => (await device()).presence === wanted && (await device()), withinMs);
  const newToken = (input: object = {}) =>
    server.api<Created>('POST', '/enrolment-tokens', { address: machine.hostIp, ...input });
  const lineOf = (created: Created) => created.install.find((one) => one.system === 'linux')?.line ?? '';
  const install = (line: string) => machine.run(['sh', '-c', line.replace(/sudo --\S+ /, '')]);
  const run = async (name: string, payload: object, wanted = 'succeeded') => {
    const asked = await server.api<Command>('POST', `/devices/${deviceId}/commands/${name}`, { payload });
    const ended = await until(`${name} ends`, async () => {
      const command = await server.api<Command>('GET', `/commands/${asked.id}`);
      return command.endedAt !== null && command;
    });
    expect(ended.state, JSON.stringify(ended.error)).toBe(wanted as Command['state']);
    return ended;
  };

  beforeAll(async () => {
    machine = await bootMachine({ name: 'journey' });
    server = await startServer();
    await server.api('POST', '/system/listen', { address: machine.hostIp });
    await server.api('POST', '/system/agent-builds/linux-amd64', {});
    await until('the agent build is ready', async () => {
      const status = await server.api<{ agentBuilds: { platform: string; state: string }[] }>(
        'GET',
        '/system/status',
      );
      return status.agentBuilds.some((build) => build.platform === 'linux-amd64' && build.state === 'ready');
    });
  });

  afterAll(async () => {
    await machine?.stop();
    await server?.stop();
  });

  test('EN-1: a wrong token fails loudly on the endpoint, with the reason', async () => {
    const line = lineOf(await newToken()).replace(/MUSTER_TOKEN=\S+/, 'MUSTER_TOKEN=mst_wrong_wrong');

    const result = await install(line);

    expect(result.code).not.toBe(0);
    expect(result.stderr + result.stdout).toMatch(/token/i);
    expect((await server.api<Page<DeviceRow>>('GET', '/devices')).items).toEqual([]);
  });

  test('EN-1 EN-2 EN-5 EN-8: one line enrols the machine as a systemd service, and it is online with its facts', async () => {
    const created = await newToken({ tags: { role: 'server' } });

    const result = await install(lineOf(created));

    expect(result.stderr + result.stdout).not.toContain(created.secret);
    expect(result.code, result.stderr + result.stdout).toBe(0);
    const row = await until(
      'the device appears',
      async () => (await server.api<Page<DeviceRow>>('GET', '/devices')).items[0],
    );
    deviceId = row.id;
    const online = await presence('online');
    const hostname = await machine.run(['hostname'], { check: true });
    expect(online).toMatchObject({
      hostname: hostname.stdout.trim(),
      os: 'linux',
      arch: 'amd64',
      lifecycle: 'active',
      presenceReason: 'connected',
      tags: { role: 'server' },
    });
    expect(online.osName).toContain('Debian');
    expect((await machine.run(['systemctl', 'is-enabled', 'muster-agent'])).stdout.trim()).toBe('enabled');
  });

  test('EN-1: the used token enrols nobody else', async () => {
    const tokens = await server.api<Page<{ state: string }>>('GET', '/enrolment-tokens');

    expect(tokens.items.map((token) => token.state)).toContain('used_up');
  });

  test('EN-11: running the installer again repairs and does not duplicate', async () => {
    const result = await install(lineOf(await newToken()));

    expect(result.code, result.stderr + result.stdout).toBe(0);
    await presence('online');
    expect((await server.api<Page<DeviceRow>>('GET', '/devices')).items.map((row): string => row.id)).toEqual(
      [deviceId],
    );
  });

  test('EN-12: the agent says which version it is, and the machine shows the same', async () => {
    const status = await machine.run(['muster-agent', 'status', '--json'], { check: true });

    expect(status.stdout).toContain((await device()).agentVersion);
  });

  test('TM-1: a closed minute is stored and charted', async () => {
    const series = await until(
      'a minute of cpu',
      async () => {
        const answer = await server.api<{ series: { metric: string; mean: (number | null)[] }[] }>(
          'GET',
          `/devices/${deviceId}/telemetry?resolution=60&metrics=cpu,memory.used,disk.used,network.received`,
        );
        return answer.series.length >= 4 && answer.series;
      },
      150_000,
    );

    for (const one of series) expect(one.mean.some((value) => value !== null)).toBe(true);
    expect((await device()).latest?.memoryPercent).toBeGreaterThan(0);
  });

  test('RA-2: its processes are listed as it sees them, and one is ended and gone', async () => {
    await machine.run(['systemd-run', '--unit=victim', 'sleep', '987654'], { check: true });
    const listed = await run('process.list', {});
    const snapshot = listed.result as ProcessSnapshot;
    const victim = snapshot.processes.find((one) => one.command.includes('987654'));
    expect(victim).toMatchObject({ name: 'sleep', user: 'root' });

    const { pid = 0, startToken = '' } = victim ?? {};
    const ended = await run('process.kill', { pid, startToken, bootId: snapshot.bootId });

    expect(ended.result).toMatchObject({ ended: true });
    expect((await machine.run(['systemctl', 'is-active', 'victim'])).stdout.trim()).not.toBe('active');
  });

  test('RA-2: a pid that is another process by now is left alone', async () => {
    const snapshot = (await run('process.list', {})).result as ProcessSnapshot;
    const journald = snapshot.processes.find((one) => one.name.includes('journal'));

    const kill = { pid: journald?.pid ?? 0, startToken: 'somebody-else', bootId: snapshot.bootId };
    const ended = await run('process.kill', kill, 'failed');

    expect(ended.error).not.toBeNull();
    expect((await machine.run(['systemctl', 'is-active', 'systemd-journald'])).stdout.trim()).toBe('active');
  });

  test('RA-8: a command for a machine that is away waits and runs when it is back', async () => {
    await machine.run(['systemctl', 'stop', 'muster-agent'], { check: true });
    const offline = await presence('offline');
    expect(offline.presenceReason).toBe('agent_stopped');
    const asked = await server.api<Command>('POST', `/devices/${deviceId}/commands/process.list`, {
      payload: {},
    });
    expect(asked.state).toBe('queued');

    await machine.run(['systemctl', 'start', 'muster-agent'], { check: true });

    const ended = await until('the waiting command ends', async () => {
      const command = await server.api<Command>('GET', `/commands/${asked.id}`);
      return command.endedAt !== null && command;
    });
    expect(ended.state).toBe('succeeded');
  });

  test('HB-1 HB-2: with its agent frozen it turns unresponsive, thawed it is online again', async () => {
    await machine.pause();
    const unresponsive = await presence('unresponsive', 60_000);
    expect(['stalled', 'network']).toContain(unresponsive.presenceReason);

    await machine.resume();

    await presence('online', 90_000);
  });

  test('EN-11 HB-7: it survives its own reboot under the same identity', async () => {
    const before = Date.now();
    await machine.reboot();

    const back = await until(
      'online after the reboot',
      async () => {
        const now = await device();
        return now.presence === 'online' && Date.parse(now.presenceSince) > before && now;
      },
      90_000,
    );
    expect(back.id as string).toBe(deviceId);
  });

  test('EN-11: revoked, it is cut off at once and cannot come back', async () => {
    await server.api('POST', `/devices/${deviceId}/revoke`, {});

    await until('cut off', async () => (await device()).presenceReason === 'cut_off');
    await machine.run(['systemctl', 'restart', 'muster-agent']);
    await Bun.sleep(3_000);
    expect((await device()).presence).toBe('offline');
  });

  test('EN-5: uninstalling locally always works and leaves nothing behind', async () => {
    const result = await machine.run(['muster-agent', 'uninstall']);

    expect(result.code, result.stderr).toBe(0);
    expect((await machine.run(['systemctl', 'cat', 'muster-agent'])).code).not.toBe(0);
    expect(
      (
        await machine.run([
          'sh',
          '-c',
          'ls -d /var/lib/muster-agent || ls -d /opt/muster-agent || ls -d /usr/local/bin/muster-agent',
        ])
      ).code,
    ).not.toBe(0);
  });
});
