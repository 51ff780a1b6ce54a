import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command, Device, ProcessSnapshot } from '@muster/contracts';
import {
  createNamespace,
  labRuntime,
  runProcess,
  skipReason,
  type WinePrefix,
  winePrefix,
} from '@muster/lab';
import { buildAgent } from '../../apps/agent/src/build/build-agent.ts';
import { type RunningServer, startServer, until } from '../src/index.ts';

/** The Windows agent as people run it, on the Windows that Wine is, against a real server. */
const reason = await skipReason('wine');
const noNamespace = reason ?? (await skipReason('namespace'));
setDefaultTimeout(240_000);

const SERVICE = 'MusterAgent';
const GRACE_MS = 30_000;

describe.skipIf(reason !== undefined)('a Windows machine', () => {
  let server: RunningServer;
  let windows: WinePrefix;
  let folder: string;
  let exe: string;
  let deviceId = '';

  /** Runs a program of that Windows to its end. */
  async function run(program: string, words: string[], env: Record<string, string> = {}, cwd = folder) {
    const running = windows.runExe(program, words, { env, cwd });
    const [stdout, stderr, code] = await Promise.all([
      new Response(running.stdout).text(),
      new Response(running.stderr).text(),
      running.exited,
    ]);
    return { stdout, stderr, code };
  }
  const agent = (words: string[], env: Record<string, string> = {}, cwd = folder) =>
    run(exe, words, env, cwd);
  const newToken = async () =>
    (await server.api<{ secret: string }>('POST', '/enrolment-tokens', { usesAllowed: 1 })).secret;
  const device = () => server.api<Device>('GET', `/devices/${deviceId}`);
  const presence = (wanted: Device['presence'], sinceMs = 0) =>
    until(`the device is ${wanted}`, async () => {
      const now = await device();
      return now.presence === wanted && Date.parse(now.presenceSince) >= sinceMs && now;
    });
  const stateOfService = async () =>
    /STATE\s+: \d+\s+(\w+)/.exec((await run('sc.exe', ['query', SERVICE])).stdout)?.[1];
  async function command(name: string, payload: object, wanted: Command['state'] = 'succeeded') {
    const asked = await server.api<Command>('POST', `/devices/${deviceId}/commands/${name}`, { payload });
    const ended = await until(`${name} ends`, async () => {
      const now = await server.api<Command>('GET', `/commands/${asked.id}`);
      return now.endedAt !== null && now;
    });
    expect(ended.state, JSON.stringify(ended.error)).toBe(wanted);
    return ended;
  }
  const listProcesses = async () => (await command('process.list', {})).result as ProcessSnapshot;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'muster-windows-'));
    const runtimePath = await labRuntime('windows-x64');
    [exe, windows, server] = await Promise.all([
      buildAgent({ platform: 'windows-x64', outFile: join(folder, 'muster-agent.exe'), runtimePath }),
      winePrefix(),
      startServer(),
    ]);
  }, 300_000);

  afterAll(async () => {
    await windows?.stop();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 120_000);

  test('EN-1: a wrong token fails loudly, with the reason, and installs nothing', async () => {
    const result = await agent(['install', '--server', server.url], { MUSTER_TOKEN: 'mst_wrong_wrong' });

    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/token/i);
    expect(await stateOfService()).toBeUndefined();
    expect((await server.api<{ items: unknown[] }>('GET', '/devices')).items).toEqual([]);
  });

  test.skipIf(noNamespace !== undefined)(
    'EN-2: the Windows binary refuses a server whose key is not the pinned one, and accepts the pinned one',
    async () => {
      const space = await createNamespace('windows-pin');
      try {
        await server.api('POST', '/system/listen', { address: space.hostIp });
        const address = `https://${space.hostIp}:${server.port}`;
        const created = await server.api<{ secret: string; install: { system: string; line: string }[] }>(
          'POST',
          '/enrolment-tokens',
          { address: space.hostIp },
        );
        const line = created.install.find((one) => one.system === 'linux')?.line ?? '';
        const [, pin = ''] = /--pinnedpubkey (sha256\/\/\S+)/.exec(line) ?? [];
        const script = await runProcess(['curl', '-fsSk', '--pinnedpubkey', pin, `${address}/install.ps1`], {
          check: true,
        });
        const [certificate = ''] = /-----BEGIN[\s\S]*END CERTIFICATE-----/.exec(script.stdout) ?? [];
        writeFileSync(join(folder, 'server.pem'), certificate);
        const enrol = (...more: string[]) =>
          agent(
            ['enrol', '--state', 'C:\\pinned', '--server', address, '--server-cert', 'server.pem', ...more],
            { MUSTER_TOKEN: created.secret },
          );

        const wrong = await enrol('--pin', `sha256//${Buffer.alloc(32, 7).toString('base64')}`);
        const unpinned = await agent(['enrol', '--state', 'C:\\pinned', '--server', address], {
          MUSTER_TOKEN: created.secret,
        });
        const isKnown = existsSync(join(windows.driveC, 'pinned', 'identity.json'));
        const right = await enrol('--pin', pin);

        expect(wrong.code).toBe(1);
        expect(wrong.stderr).toContain('pinned');
        expect(unpinned.code).toBe(1);
        expect(isKnown).toBe(false);
        expect(right.code, right.stderr).toBe(0);
        expect(right.stdout).toContain('is enrolled');
      } finally {
        await space.remove();
      }
    },
  );

  test('EN-1, EN-2, EN-5: install enrols the machine and starts it as a Windows service', async () => {
    const result = await agent(['install', '--server', server.url], { MUSTER_TOKEN: await newToken() });

    expect(result.code, result.stderr).toBe(0);
    expect(await stateOfService()).toBe('RUNNING');
    const status = JSON.parse((await agent(['status', '--json'])).stdout);
    expect(status).toMatchObject({ enrolled: true, service: 'running' });
    deviceId = status.deviceId;
    const online = await presence('online');
    expect(online).toMatchObject({ os: 'windows', arch: 'amd64', lifecycle: 'active' });
    expect(online.osName).toContain('Windows');
    const state = join(windows.driveC, 'ProgramData', 'Muster');
    expect(statSync(state).mode & 0o007, 'users of the machine can enter the state folder').toBe(0);
    const log = readFileSync(join(state, 'agent.log'), 'utf8');
    expect(log).toMatch(/^\S+Z muster-agent \S+ runs for/m);
    const key = await run('reg', ['query', `HKLM\\System\\CurrentControlSet\\Services\\${SERVICE}`, '/s']);
    expect(key.stdout).toContain('"C:\\Program Files\\Muster\\muster-agent.exe" run');
    expect(key.stdout).toMatch(/Start\s+REG_DWORD\s+0x2/);
    expect(key.stdout).toMatch(/Description\s+REG_SZ\s+Lets .+ watch and maintain this machine/);
    expect(key.stdout).toMatch(/Environment\s+REG_MULTI_SZ\s+BUN_OPTIONS=/);
  });

  test('EN-12: the server shows the version that the binary says it is', async () => {
    const said = (await agent(['--version'])).stdout.trim();

    expect((await device()).agentVersion).toBe(said);
  });

  test('RA-2: its processes are listed with owner, command line and processor time; one is ended', async () => {
    const victim = windows.runExe('cmd.exe', ['/k', 'rem', 'muster-victim']);
    const snapshot = await until('the victim is listed', async () => {
      const now = await listProcesses();
      return (
        now.processes.some((one) => one.command.includes('muster-victim') && one.name === 'cmd.exe') && now
      );
    });
    const listed = snapshot.processes.find(
      (one) => one.command.includes('muster-victim') && one.name === 'cmd.exe',
    );
    const services = snapshot.processes.find((one) => one.name === 'services.exe');
    expect(services).toMatchObject({ cpuPercent: expect.any(Number), threads: expect.any(Number) });
    expect(services?.user).toMatch(/\\/);
    expect(listed?.memoryBytes).toBeGreaterThan(100_000);

    const { pid = 0, startToken = '' } = listed ?? {};
    const askedAt = Date.now();
    const ended = await command('process.kill', {
      pid,
      startToken,
      bootId: snapshot.bootId,
      graceMs: GRACE_MS,
    });

    // a console program has no window that could be asked to close: it ends before the grace would
    expect(Date.now() - askedAt).toBeLessThan(GRACE_MS);
    expect(ended.result).toEqual({ ended: true, forced: true, alreadyGone: false });
    await victim.exited;
    expect((await listProcesses()).processes.some((one) => one.startToken === startToken)).toBe(false);
  });

  test('RA-2: a pid that is another process by now is left alone', async () => {
    const snapshot = await listProcesses();
    const services = snapshot.processes.find((one) => one.name === 'services.exe');

    const { pid = 0 } = services ?? {};
    const kill = { pid, startToken: '1', bootId: snapshot.bootId };
    expect((await command('process.kill', kill, 'failed')).error).not.toBeNull();

    expect((await listProcesses()).processes.map((one) => one.startToken)).toContain(
      services?.startToken ?? '',
    );
  });

  test('TM-1: minutes of processor, memory, disk and network arrive, for the machine and for drive C', async () => {
    const wanted = 'cpu,memory.used,memory.total,disk.used,disk.total,network.received,uptime,processes';
    type Series = {
      metric: string;
      instance: { kind: string; name: string } | null;
      mean: (number | null)[];
    };
    const series = await until(
      'a closed minute of every metric',
      async () => {
        const path = `/devices/${deviceId}/telemetry?resolution=60&instances=true&metrics=${wanted}`;
        const answer = await server.api<{ series: Series[] }>('GET', path);
        const full = answer.series.filter((one) => one.mean.some((value) => value !== null));
        return new Set(full.map((one) => one.metric)).size === wanted.split(',').length && full;
      },
      150_000,
    );

    const used = series.find((one) => one.metric === 'disk.used' && one.instance?.name === 'C:');
    expect(Math.max(...(used?.mean ?? []).map(Number))).toBeGreaterThan(1_000_000);
    expect(series.some((one) => one.instance?.kind === 'interface')).toBe(true);
    const latest = (await device()).latest;
    expect(latest?.memoryPercent).toBeGreaterThan(0);
    expect(latest?.memoryPercent).toBeLessThan(100);
  }, 180_000);

  test("EN-5: Windows' own tools stop the service, which says goodbye, and start it again", async () => {
    const stoppedAt = Date.now();
    expect((await run('net.exe', ['stop', SERVICE])).code).toBe(0);
    expect(await stateOfService()).toBe('STOPPED');
    expect((await presence('offline', stoppedAt - 1_000)).presenceReason).toBe('agent_stopped');

    expect((await run('net.exe', ['start', SERVICE])).code).toBe(0);

    expect(await stateOfService()).toBe('RUNNING');
    await presence('online', stoppedAt);
  });

  test('EN-5, EN-11: after a power cut it comes back with Windows, as the same device, in another boot', async () => {
    const before = await listProcesses();
    const cutAt = Date.now();

    await windows.powerCycle();

    await presence('online', cutAt);
    expect((await listProcesses()).bootId).not.toBe(before.bootId);
    expect(JSON.parse((await agent(['status', '--json'])).stdout).deviceId).toBe(deviceId);
  });

  test('EN-5: a service that cannot run says why in its log, and Windows learns that it failed', async () => {
    const state = join(windows.driveC, 'ProgramData', 'Muster');
    const log = () => readFileSync(join(state, 'agent.log'), 'utf8');
    const stop = await run('net.exe', ['stop', SERVICE]);
    await until('the service has stopped', async () => (await stateOfService()) === 'STOPPED');
    renameSync(join(state, 'identity.json'), join(state, 'identity.away'));

    const start = await run('net.exe', ['start', SERVICE]);

    let query = '';
    await until('the service has failed', async () => {
      query = (await run('sc.exe', ['query', SERVICE])).stdout;
      return query.includes('STOPPED');
    }).catch((error: unknown) => {
      throw new Error(`${error}: ${stop.stdout} ${start.stdout} ${query} ${log().slice(-800)}`);
    });
    expect(query).toMatch(/WIN32_EXIT_CODE\s+: 1066/);
    expect(log()).toContain('cannot run: this machine is not enrolled');
    renameSync(join(state, 'identity.away'), join(state, 'identity.json'));
  });

  test('EN-1: installing again repairs the same device', async () => {
    const result = await agent(['install', '--server', server.url], { MUSTER_TOKEN: await newToken() });

    expect(result.code, result.stderr).toBe(0);
    expect(result.stdout).toContain('repaired');
    expect(await stateOfService()).toBe('RUNNING');
    expect(JSON.parse((await agent(['status', '--json'])).stdout).deviceId).toBe(deviceId);
  });

  test('EN-5: the binary takes nothing from the folder it is started in', async () => {
    const hostile = join(folder, 'hostile');
    mkdirSync(hostile);
    writeFileSync(join(hostile, 'bunfig.toml'), 'preload = ["./evil.js"]\n');
    writeFileSync(join(hostile, 'evil.js'), "require('node:fs').writeFileSync('ran', '');\n");
    writeFileSync(join(hostile, '.env'), 'MUSTER_AGENT_STATE=C:\\hostile-state\n');

    const result = await agent(['status', '--json'], {}, hostile);

    expect(JSON.parse(result.stdout)).toMatchObject({ deviceId });
    expect(readdirSync(hostile).sort()).toEqual(['.env', 'bunfig.toml', 'evil.js']);
    expect(existsSync(join(windows.driveC, 'hostile-state'))).toBe(false);
  });

  test('EN-5, EN-11: uninstalling retires the device and leaves no service, program or state', async () => {
    const result = await agent(['uninstall']);

    expect(result.code, result.stderr).toBe(0);
    expect(await stateOfService()).toBeUndefined();
    expect(existsSync(join(windows.driveC, 'Program Files', 'Muster'))).toBe(false);
    expect(existsSync(join(windows.driveC, 'ProgramData', 'Muster'))).toBe(false);
    expect((await device()).lifecycle).toBe('retired');
  });
});
