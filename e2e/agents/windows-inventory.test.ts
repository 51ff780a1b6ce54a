import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  Command,
  ConnectionSnapshot,
  Device,
  InstalledSoftware,
  InventoryItem,
  InventoryState,
} from '@muster/contracts';
import { labRuntime, skipReason, type WinePrefix, winePrefix } from '@muster/lab';
import { buildAgent } from '../../apps/agent/src/build/build-agent.ts';
import { type RunningServer, startServer, until } from '../src/index.ts';

/** What the Windows agent tells of the registry that Wine has, beside what Wine's own `reg` says. */
const reason = await skipReason('wine');
setDefaultTimeout(240_000);

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
    await command('inventory.collect', { categories });
  }
  async function command(name: string, payload: object) {
    const path = `/devices/${deviceId}/commands/${name}`;
    const { id } = await server.api<Command>('POST', path, { payload });
    const ended = await until(`${name} ends`, async () => {
      const now = await server.api<Command>('GET', `/commands/${id}`);
      return now.endedAt !== null && now;
    });
    expect(ended.state, JSON.stringify(ended.error)).toBe('succeeded');
    return ended;
  }
  const items = async (category: string) =>
    (await server.api<{ items: InventoryItem[] }>('GET', `/devices/${deviceId}/inventory/${category}`)).items;
  const noteOf = async (category: string) => {
    const states = await server.api<{ items: InventoryState[] }>('GET', `/devices/${deviceId}/inventory`);
    return states.items.find((state) => state.category === category)?.note;
  };

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
  }, 120_000);

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

  test('IV-5: antivirus is what has registered with the Security Center and is still there', async () => {
    const providers = 'HKLM\\Software\\Microsoft\\Security Center\\Provider\\Av';
    const register = async (id: string, name: string, program: string, state: number) => {
      await put(`${providers}\\${id}`, 'DISPLAYNAME', 'REG_SZ', name);
      await put(`${providers}\\${id}`, 'PRODUCTEXE', 'REG_SZ', program);
      await put(`${providers}\\${id}`, 'STATE', 'REG_DWORD', String(state));
    };
    await register('{1}', 'Proof of protection', 'C:\\windows\\notepad.exe', 0x41010);
    await register('{2}', 'Proof that sleeps', 'C:\\windows\\notepad.exe', 0x42000);
    await register('{3}', 'Proof that is gone', 'C:\\gone\\gone.exe', 0x41000);
    const proofs = async () =>
      (await items('security'))
        .filter(({ kind, key }) => kind === 'antivirus' && key.startsWith('Proof'))
        .map(({ key, fields }) => `${key}: ${fields.state}, ${fields.definitionsCurrent}`)
        .sort();

    await collect(['security']);
    const first = await proofs();
    await put(`${providers}\\{1}`, 'STATE', 'REG_DWORD', String(0x40000));
    await collect(['security']);

    expect(first).toEqual(['Proof of protection: on, false', 'Proof that sleeps: partly, true']);
    expect(await proofs()).toEqual(['Proof of protection: off, true', 'Proof that sleeps: partly, true']);
  });

  test('IV-5: where the shell says nothing of BitLocker, a volume is not called unencrypted', async () => {
    await collect(['security', 'hardware']);

    expect(await noteOf('security')).toBe('');
    const volumes = (await items('security')).filter(({ kind }) => kind === 'encryption');
    expect(volumes.find(({ key }) => key === 'C:')?.fields).toEqual({ state: 'unknown', method: null });
    const drive = (await items('hardware')).find(({ kind, key }) => kind === 'volume' && key === 'C:');
    expect(drive?.fields.encrypted).toBeNull();
  });

  test('IV-3: without a battery none is listed; one whose driver cannot be opened is a note', async () => {
    const id = '{72631e54-78a4-11d0-bcf7-00aa00b7b32a}';
    const device = 'ACPI\\PNP0C0A\\1';
    const control = 'HKLM\\System\\CurrentControlSet';
    const port = `${control}\\Control\\DeviceClasses\\${id}\\##?#ACPI#PNP0C0A#1#${id}`;

    await collect(['hardware']);
    const without = { note: await noteOf('hardware'), found: await items('hardware') };
    await put(`${control}\\Enum\\${device}`, 'ClassGUID', 'REG_SZ', id);
    await put(port, 'DeviceInstance', 'REG_SZ', device);
    await put(`${port}\\#`, 'SymbolicLink', 'REG_SZ', `\\\\?\\ACPI#PNP0C0A#1#${id}`);
    const linked = (is: string) => put(`${port}\\#\\Control`, 'Linked', 'REG_DWORD', is);
    await linked('1');
    await collect(['hardware']);
    const closed = { note: await noteOf('hardware'), found: await items('hardware') };
    await linked('0');
    await collect(['hardware']);

    expect(without.note).toBe('');
    expect(closed.note).toBe('batteries: opening a battery failed: Windows error 2');
    expect(await noteOf('hardware')).toBe('');
    for (const { found } of [without, closed]) {
      expect(found.filter(({ kind }) => kind === 'battery')).toEqual([]);
      expect(found.some(({ kind }) => kind === 'volume')).toBe(true);
    }
  });

  const values = async (key: string, name: string) => {
    const said = await run('reg', ['query', key, '/v', name]);
    return new RegExp(`${name}\\s+REG_\\w+\\s+(\\S[^\\r\\n]*\\S)`).exec(said)?.[1] ?? '-';
  };

  test('IV-3: processors, graphics, memory, disks and volumes are those that Windows tells of', async () => {
    const display =
      'HKLM\\System\\CurrentControlSet\\Control\\Class\\{4d36e968-e325-11ce-bfc1-08002be10318}\\0007';
    await put(display, 'DriverDesc', 'REG_SZ', 'Proof of graphics');
    await put(display, 'HardwareInformation.qwMemorySize', 'REG_QWORD', '8589934592');

    await collect(['hardware']);

    const found = await items('hardware');
    const of = (kind: string) => found.filter((item) => item.kind === kind);
    const processor = 'HKLM\\Hardware\\Description\\System\\CentralProcessor\\0';
    const threads = of('processor').reduce((sum, { fields }) => sum + Number(fields.threads), 0);
    expect(of('processor')[0]?.fields.model).toBe(await values(processor, 'ProcessorNameString'));
    expect(of('processor')[0]?.fields.vendor).toBe(await values(processor, 'VendorIdentifier'));
    expect(threads).toBe(navigator.hardwareConcurrency);
    expect(of('graphics').find(({ key }) => key === '0007')?.fields).toMatchObject({
      ...{ model: 'Proof of graphics', memoryBytes: 8 * 2 ** 30 },
    });
    const memory = of('memory').reduce((sum, { fields }) => sum + Number(fields.sizeBytes), 0);
    expect(memory).toBeGreaterThan(2 ** 29);
    expect(of('volume').find(({ key }) => key === 'C:')?.fields.sizeBytes).toBeGreaterThan(2 ** 30);
    expect(of('disk').map(({ fields }) => fields.name)).toContain('\\\\.\\PhysicalDrive0');
    expect(of('bios')).toHaveLength(1);
  });

  test('IV-6: adapters with their addresses are those of ipconfig', async () => {
    await collect(['network']);

    const found = await items('network');
    const told = found
      .filter(({ kind }) => kind === 'interface')
      .map(({ key, fields }) => {
        const bare = (fields.addresses as string[]).map((address) => address.replace(/\/\d+$/, '')).sort();
        return `${key} ${fields.mac ?? ''} ${bare.join(' ')}`.trim();
      });
    const shown = (await run('ipconfig', ['/all']))
      .split(/^Ethernet adapter /m)
      .slice(1)
      .map((adapter) => {
        const [name = ''] = adapter.split(/[\r\n]/, 1);
        const mac = (/Physical address[ .]*: ([0-9A-F-]+)/.exec(adapter)?.[1] ?? '')
          .replaceAll('-', ':')
          .toLowerCase();
        const addresses = [...adapter.matchAll(/IPv[46] address[ .]*: ([^\s%]+)/g)].map(
          ([, address]) => address,
        );
        return `${name.trim()} ${mac} ${addresses.sort().join(' ')}`.trim();
      });
    expect(told.sort()).toEqual(shown.sort());
    const gateway = /Default gateway[ .]*: (\d[\d.]+)/.exec(await run('ipconfig', ['/all']))?.[1];
    const route = found.find(({ kind, fields }) => kind === 'route' && fields.destination === '0.0.0.0/0');
    expect(route?.fields.gateway ?? undefined).toBe(gateway);
  });

  test('people are those who have a profile, with the day of their last sign-in', async () => {
    const list = 'HKLM\\Software\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList';
    const stranger = `${list}\\S-1-5-21-7-7-7-1107`;
    await put(stranger, 'ProfileImagePath', 'REG_EXPAND_SZ', 'D:\\Profiles\\stranger');
    await put(stranger, 'LocalProfileLoadTimeHigh', 'REG_DWORD', String(133_486_272_000_000_000n >> 32n));
    await put(
      stranger,
      'LocalProfileLoadTimeLow',
      'REG_DWORD',
      String(133_486_272_000_000_000n & 0xffffffffn),
    );

    await collect(['users']);

    const accounts = (await items('users')).filter(({ kind }) => kind === 'account');
    const listed = [...(await run('reg', ['query', list])).matchAll(/S-1-5-21-[\d-]+/g)].map(([sid]) => sid);
    expect(accounts.map(({ fields }) => fields.id).sort()).toEqual(listed.sort());
    expect(accounts.find(({ key }) => key === 'stranger')?.fields).toMatchObject({
      ...{ home: 'D:\\Profiles\\stranger', lastSignInAt: '2024-01-02T00:00:00.000Z' },
    });
  });

  test('IV-7: extensions of people are found where the registry says that their folders are', async () => {
    const own = (await items('users')).find(({ key }) => key !== 'stranger')?.fields.home;
    const home = join(windows.driveC, ...String(own).split('\\').slice(1));
    const places = {
      Chrome: 'AppData/Local/Google/Chrome/User Data/Default/Extensions/proof/1.2.0_0',
      Edge: 'AppData/Local/Microsoft/Edge/User Data/Profile 1/Extensions/proof/3.0_0',
    };
    for (const [name, place] of Object.entries(places)) {
      mkdirSync(join(home, place), { recursive: true });
      const manifest = { name: `Proof for ${name}`, version: place.includes('Edge') ? '3.0' : '1.2.0' };
      writeFileSync(join(home, place, 'manifest.json'), JSON.stringify(manifest));
    }

    await collect(['browsers']);

    const told = (await items('browsers')).map(
      ({ fields }) => `${fields.browser} ${fields.name} ${fields.version}`,
    );
    expect(told.sort()).toEqual(['chrome Proof for Chrome 1.2.0', 'edge Proof for Edge 3.0']);
  });

  test('IV-6: connections are those of netstat, and ports that listen are told as well', async () => {
    const listener = Bun.listen({ hostname: '127.0.0.1', port: 26_531, socket: { data: () => {} } });
    const talk = await Bun.connect({ hostname: '127.0.0.1', port: 26_531, socket: { data: () => {} } });
    // Wine's netstat leaves out what listens, and IPv6
    const shown = async () =>
      [...(await run('netstat', ['-a'])).matchAll(/TCP\s+(\S+:\d+)\s+\S+:(\d+)\s+ESTABLISHED/g)].map(
        ([, local, port]) => `${local} ${port}`,
      );

    const before = await shown();
    const { result } = await command('network.connections', {});
    const after = new Set(await shown());

    const { connections } = result as ConnectionSnapshot;
    const told = connections
      .filter(({ protocol, state }) => protocol === 'tcp' && state === 'established')
      .map(({ localAddress, localPort, remotePort }) => `${localAddress}:${localPort} ${remotePort}`);
    const lasting = before.filter((one) => after.has(one));
    expect(lasting.filter((one) => !told.includes(one))).toEqual([]);
    expect(lasting).toContain(`127.0.0.1:${talk.localPort} 26531`);
    expect(
      connections.find(({ localPort, state }) => localPort === 26_531 && state === 'listen'),
    ).toMatchObject({
      ...{ protocol: 'tcp', localAddress: '127.0.0.1', remoteAddress: null },
    });
    // the agent's own to its server, of either family
    expect(connections.some((one) => one.remotePort === server.port && one.state === 'established')).toBe(
      true,
    );
    talk.end();
    listener.stop(true);
  });
});
