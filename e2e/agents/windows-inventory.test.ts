import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command, Device, InstalledSoftware, InventoryItem } from '@muster/contracts';
import { labRuntime, skipReason, type WinePrefix, winePrefix } from '@muster/lab';
import { buildAgent } from '../../apps/agent/src/build/build-agent.ts';
import { type RunningServer, startServer, until } from '../src/index.ts';

/** What the Windows agent tells of the registry that Wine has, beside what Wine's own `reg` says. */
const reason = await skipReason('wine');
setDefaultTimeout(120_000);

const UNINSTALL = 'Microsoft\\Windows\\CurrentVersion\\Uninstall';
const PACKAGE = 'Package_for_KB5034441~31bf3856ad364e35~amd64~~10.0.1.0';

describe.skipIf(reason !== undefined)('the inventory of a Windows machine', () => {
  let server: RunningServer;
  let windows: WinePrefix;
  let folder = '';
  let exe = '';
  let deviceId = '';
  let running: ReturnType<WinePrefix['runExe']> | undefined;

  async function run(program: string, words: string[], env: Record<string, string> = {}) {
    const child = windows.runExe(program, words, { env, cwd: folder });
    const [stdout, stderr, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    expect(code, stderr).toBe(0);
    return stdout;
  }
  const put = (key: string, name: string, type: string, value: string) =>
    run('reg', ['add', key, '/v', name, '/t', type, '/d', value, '/f']);
  async function collect(categories: string[]) {
    const path = `/devices/${deviceId}/commands/inventory.collect`;
    const { id } = await server.api<Command>('POST', path, { payload: { categories } });
    const ended = await until('the collection ends', async () => {
      const now = await server.api<Command>('GET', `/commands/${id}`);
      return now.endedAt !== null && now;
    });
    expect(ended.state, JSON.stringify(ended.error)).toBe('succeeded');
  }
  const items = async (category: string) =>
    (await server.api<{ items: InventoryItem[] }>('GET', `/devices/${deviceId}/inventory/${category}`)).items;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'muster-windows-inventory-'));
    const runtimePath = await labRuntime('windows-x64');
    [exe, windows, server] = await Promise.all([
      buildAgent({ platform: 'windows-x64', outFile: join(folder, 'muster-agent.exe'), runtimePath }),
      winePrefix(),
      startServer(),
    ]);
    const { secret } = await server.api<{ secret: string }>('POST', '/enrolment-tokens', { usesAllowed: 1 });
    const state = ['--state', 'C:\\inventory'];
    await run(exe, ['enrol', ...state, '--server', server.url], { MUSTER_TOKEN: secret });
    running = windows.runExe(exe, ['run', ...state], { cwd: folder });
    const online = await until(
      'the machine is online',
      async () =>
        (await server.api<{ items: Device[] }>('GET', '/devices?query=status%20%3D%20online')).items[0],
    );
    deviceId = online.id;
  }, 300_000);

  afterAll(async () => {
    running?.kill();
    await windows?.stop();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  test('IV-4: software of both views of the registry and of a profile is listed, parts of others are not', async () => {
    const wide = `HKLM\\Software\\${UNINSTALL}\\Proof`;
    await put(wide, 'DisplayName', 'REG_SZ', 'Proof of Überprüfung');
    await put(wide, 'DisplayVersion', 'REG_SZ', '4.2.1');
    await put(wide, 'Publisher', 'REG_SZ', 'Example');
    await put(wide, 'InstallDate', 'REG_SZ', '20260131');
    await put(wide, 'EstimatedSize', 'REG_DWORD', '2048');
    await put(`HKLM\\Software\\Wow6432Node\\${UNINSTALL}\\Narrow`, 'DisplayName', 'REG_SZ', 'Narrow proof');
    await put(`HKCU\\Software\\${UNINSTALL}\\Mine`, 'DisplayName', 'REG_SZ', 'Proof of mine');
    await put(`HKLM\\Software\\${UNINSTALL}\\Part`, 'DisplayName', 'REG_SZ', 'Part of proof');
    await put(`HKLM\\Software\\${UNINSTALL}\\Part`, 'SystemComponent', 'REG_DWORD', '1');

    await collect(['software']);

    const { items: found } = await server.api<{ items: InstalledSoftware[] }>(
      'GET',
      `/devices/${deviceId}/software?limit=500&search=proof`,
    );
    const told = found.map(({ name, version, arch }) => `${name}|${version}|${arch}`).sort();
    expect(told).toEqual(['Narrow proof||x86', 'Proof of mine||', 'Proof of Überprüfung|4.2.1|amd64']);
    expect(found.find(({ version }) => version === '4.2.1')).toMatchObject({
      ecosystem: 'windows',
      publisher: 'Example',
      sizeBytes: 2048 * 1024,
    });
  });

  test('IV-8: an update that is installed is listed, one that is only staged is not', async () => {
    const packages =
      'HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\Packages';
    await put(`${packages}\\${PACKAGE}`, 'CurrentState', 'REG_DWORD', '112');
    await put(`${packages}\\${PACKAGE.replace('5034441', '5039999')}`, 'CurrentState', 'REG_DWORD', '64');

    await collect(['hotfixes']);

    expect((await items('hotfixes')).map(({ key }) => key)).toEqual(['KB5034441']);
  });

  test('IV-5: elevation and the firewall are what the registry says', async () => {
    const elevation = 'HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Policies\\System';
    await put(elevation, 'EnableLUA', 'REG_DWORD', '0');
    await put(
      'HKLM\\Software\\Policies\\Microsoft\\WindowsFirewall\\PublicProfile',
      'EnableFirewall',
      'REG_DWORD',
      '1',
    );

    await collect(['security', 'system']);

    const states = Object.fromEntries(
      (await items('security')).map(({ key, fields }) => [key, fields.state]),
    );
    expect(states).toMatchObject({ uac: 'off', 'windows public': 'on' });
    const product = await run('reg', [
      'query',
      'HKLM\\Software\\Microsoft\\Windows NT\\CurrentVersion',
      '/v',
      'ProductName',
    ]);
    const [, name = '-'] = /ProductName\s+REG_SZ\s+(\S[^\r\n]*\S)/.exec(product) ?? [];
    expect(String((await items('system'))[0]?.fields.name)).toContain(name);
  });
});
