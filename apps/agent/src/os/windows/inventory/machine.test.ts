import { expect, test } from 'bun:test';
import { checked, recorded } from '../../testing/recorded-registry.ts';
import type { AdapterDetails } from '../tables/adapters.ts';
import type { Disk } from '../tables/disk-descriptor.ts';
import { type HardwareSource, readHardware } from './hardware.ts';
import { readNetwork } from './network.ts';
import { readSecurity } from './security.ts';
import { readUsers } from './users.ts';

/** One structure of SMBIOS: type, length and handle, what is put at offsets, and the strings. */
function structure(
  type: number,
  length: number,
  at: Record<number, number | number[]>,
  texts: string[] = [],
): Buffer {
  const body = Buffer.alloc(length);
  body.set([type, length, type, 0]);
  for (const [offset, value] of Object.entries(at)) body.set([value].flat(), Number(offset));
  return Buffer.concat([body, Buffer.from(texts.length > 0 ? `${texts.join('\0')}\0\0` : '\0\0', 'latin1')]);
}

const FIRMWARE = Buffer.concat([
  Buffer.alloc(8),
  structure(0, 24, { 4: 1, 5: 2, 8: 3, 19: 8 }, ['LENOVO', 'N3DET45W (1.20)', '03/18/2025']),
  structure(1, 27, { 4: 1, 5: 2, 7: 3, 8: [0x4c, 0x6b, 0x21, 0, 1, 2, 3, 4, 8, 9, 10, 11, 12, 13, 14, 15] }, [
    'LENOVO',
    '21HMCTO1WW',
    'PF4ABCDE',
  ]),
  structure(2, 15, { 4: 1, 5: 2, 7: 3 }, ['LENOVO', '21HMCTO1WW', 'Default string']),
  structure(3, 22, { 5: 0x8a }),
  structure(4, 48, { 4: 1, 7: 2, 16: 3, 20: [0x88, 0x13], 24: 0x41, 35: 10, 37: 12 }, [
    'U3E1',
    'Intel(R) Corporation',
    '13th Gen Intel(R) Core(TM)  i7-1355U',
  ]),
  structure(4, 48, { 4: 1, 24: 0x00 }, ['Empty socket']),
  structure(17, 40, { 12: [0, 0x40], 16: 1, 18: 35, 21: [0, 0x19], 23: 2 }, ['Controller0', 'Samsung']),
  structure(17, 40, { 12: [0, 0x40], 16: 1, 18: 35, 23: 2 }, ['Controller0', 'Samsung']),
  structure(17, 40, { 16: 1 }, ['Controller1']),
  structure(127, 4, {}),
]);

const DISK: Disk = {
  ...{
    name: '\\\\.\\PhysicalDrive0',
    model: 'Samsung SSD 990',
    serial: 'S7X1',
    firmware: '4B2Q',
    bus: 'nvme',
  },
  ...{ sizeBytes: 1_000_204_886_016, rotational: false, health: 'good' },
  ...{ wearPercent: null, powerOnHours: null, reallocatedSectors: null },
};

/** SYSTEM_POWER_STATUS of a machine that is not a notebook. */
const NO_BATTERIES = { powerStatus: () => new Uint8Array([1, 128, 255]), visit: () => {} };

const aMachine = (of: Partial<HardwareSource>): HardwareSource => ({
  registry: recorded({}),
  firmware: () => new Uint8Array(),
  memoryBytes: () => 8 * 2 ** 30,
  disks: () => [],
  volumes: () => [],
  protections: async () => new Map(),
  batteries: async () => NO_BATTERIES,
  ...of,
});

test('IV-3: board, BIOS, processors and memory modules are what the firmware says, empty sockets and slots left out', async () => {
  const found = checked(
    'hardware',
    await readHardware(aMachine({ firmware: () => FIRMWARE, disks: () => [DISK] })),
  );

  expect([...found.keys()]).toEqual(['board', 'bios', 'U3E1', 'Controller0', 'Controller0 1', 'S7X1']);
  expect(found.get('board')).toEqual({
    ...{ manufacturer: 'LENOVO', model: '21HMCTO1WW', serial: 'PF4ABCDE', chassis: '10' },
    systemUuid: '00216b4c-0201-0403-0809-0a0b0c0d0e0f',
  });
  expect(found.get('bios')).toMatchObject({
    version: 'N3DET45W (1.20)',
    releasedOn: '2025-03-18',
    uefi: true,
  });
  expect(found.get('U3E1')).toEqual({
    ...{ model: '13th Gen Intel(R) Core(TM) i7-1355U', vendor: 'Intel(R) Corporation' },
    ...{ cores: 10, threads: 12, maxMhz: 5_000 },
  });
  expect(found.get('Controller0')).toMatchObject({
    sizeBytes: 16 * 2 ** 30,
    type: 'LPDDR5',
    speedMtps: 6_400,
  });
});

test('IV-3: without a table of the firmware the registry tells of board and processors, and memory is one sum', async () => {
  const bios = 'machine/64/HARDWARE\\DESCRIPTION\\System\\BIOS';
  const processor = { ProcessorNameString: 'AMD EPYC 7B13', VendorIdentifier: 'AuthenticAMD', '~MHz': 2_450 };
  const registry = recorded({
    [bios]: {
      SystemManufacturer: 'QEMU',
      SystemProductName: 'Standard PC',
      BIOSVersion: '1.16',
      BIOSReleaseDate: '04/01/2014',
    },
    'machine/64/HARDWARE\\DESCRIPTION\\System\\CentralProcessor\\0': processor,
    'machine/64/HARDWARE\\DESCRIPTION\\System\\CentralProcessor\\1': processor,
  });
  const volumes = () => [{ drive: 'C:', fileSystem: 'NTFS', label: 'System', sizeBytes: 5 }];

  const protections = async () => new Map([['C:', 1]]);

  const found = checked('hardware', await readHardware(aMachine({ registry, volumes, protections })));

  expect(found.get('board')).toMatchObject({ manufacturer: 'QEMU', model: 'Standard PC' });
  expect(found.get('bios')).toMatchObject({ version: '1.16', releasedOn: '2014-04-01', uefi: null });
  expect(found.get('0')).toEqual({
    ...{ model: 'AMD EPYC 7B13', vendor: 'AuthenticAMD', cores: null, threads: 2, maxMhz: 2_450 },
  });
  expect(found.get('total')?.sizeBytes).toBe(8 * 2 ** 30);
  expect(found.get('C:')).toMatchObject({ label: 'System', encrypted: true });
});

test('IV-3: graphics by their drivers, and monitors that are connected now; what cannot be read is a note', async () => {
  const edid = new Uint8Array(128);
  edid.set([0x10, 0xac], 8);
  edid.set([0, 0, 0, 0xfc, 0, ...Buffer.from('DELL U2720Q\n  ')], 54);
  const displays =
    'machine/64/SYSTEM\\CurrentControlSet\\Control\\Class\\{4d36e968-e325-11ce-bfc1-08002be10318}';
  const monitors = 'machine/64/SYSTEM\\CurrentControlSet\\Enum\\DISPLAY';
  const registry = recorded({
    [`${displays}\\0000`]: {
      ...{ DriverDesc: 'NVIDIA RTX A2000', ProviderName: 'NVIDIA', DriverVersion: '31.0.15.3713' },
      ...{ 'HardwareInformation.qwMemorySize': 6 * 2 ** 30, 'HardwareInformation.MemorySize': 2 ** 31 },
    },
    [`${displays}\\Properties`]: { DriverDesc: 'no device' },
    [`${monitors}\\DEL41\\5&1&UID4352\\Device Parameters`]: { EDID: edid },
    [`${monitors}\\DEL41\\5&1&UID4352\\Control`]: {},
    [`${monitors}\\OLD01\\5&2\\Device Parameters`]: { EDID: edid },
  });
  const disks = () => {
    throw new Error('access is denied');
  };

  const found = await readHardware(aMachine({ registry, disks }));

  expect(found.note).toBe('disks: access is denied');
  const shown = checked('hardware', { ...found, note: '' });
  expect(shown.get('0000')).toMatchObject({ driver: '31.0.15.3713', memoryBytes: 6 * 2 ** 30 });
  expect([...shown].filter(([, fields]) => fields.model === 'DELL U2720Q').map(([key]) => key)).toEqual([
    '5&1&UID4352',
  ]);
});

test('accounts of the machine, people of a domain by their profiles, and who is signed in', async () => {
  const profiles = 'machine/64/SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList';
  // 2024-01-02 as FILETIME
  const ticks = 133_486_272_000_000_000n;
  const loaded = {
    LocalProfileLoadTimeHigh: Number(ticks >> 32n),
    LocalProfileLoadTimeLow: Number(ticks & 0xffffffffn),
  };
  const registry = recorded({
    'machine/64/SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion': { SystemRoot: 'E:\\Windows' },
    [`${profiles}\\S-1-5-18`]: { ProfileImagePath: 'C:\\Windows\\system32\\config\\systemprofile' },
    [`${profiles}\\S-1-5-21-1-2-3-1001`]: { ProfileImagePath: 'D:\\Profiles\\ada', ...loaded },
    [`${profiles}\\S-1-5-21-9-9-9-1107`]: { ProfileImagePath: 'D:\\Profiles\\grace' },
    [`${profiles}\\S-1-5-21-1-2-3-1009`]: { ProfileImagePath: '%SystemDrive%\\Profiles\\gone' },
  });
  const known: Record<string, { domain: string; name: string }> = {
    'S-1-5-21-1-2-3-1001': { domain: 'DESK-7', name: 'Ada' },
    'S-1-5-21-9-9-9-1107': { domain: 'CORP', name: 'grace' },
  };
  const account = { fullName: '', administrator: false, enabled: true, lastSignInMs: 0 };

  const found = checked(
    'users',
    await readUsers({
      registry,
      machineName: 'desk-7',
      accounts: () => [
        {
          ...account,
          name: 'Ada',
          fullName: 'Ada L.',
          administrator: true,
          lastSignInMs: Date.UTC(2024, 0, 1),
        },
        { ...account, name: 'Guest', enabled: false },
      ],
      sessions: () => [
        { account: 'grace', domain: 'CORP', terminal: 'RDP-Tcp#3', sinceMs: Date.UTC(2026, 0, 1) },
      ],
      findAccount: (sid) => known[sid],
    }),
  );

  expect([...found.keys()]).toEqual(['Ada', 'Guest', 'CORP\\grace', 'gone', 'CORP\\grace RDP-Tcp#3']);
  expect(found.get('Ada')).toEqual({
    ...{ fullName: 'Ada L.', administrator: true, enabled: true, id: 'S-1-5-21-1-2-3-1001' },
    ...{ home: 'D:\\Profiles\\ada', shell: null, lastSignInAt: '2024-01-02T00:00:00.000Z' },
  });
  expect(found.get('gone')?.home).toBe('E:\\Profiles\\gone');
  expect(found.get('Guest')).toMatchObject({ enabled: false, id: null });
  expect(found.get('CORP\\grace RDP-Tcp#3')).toMatchObject({ since: '2026-01-01T00:00:00.000Z' });
});

test('IV-6: adapters with their kind and speed, routes by the names of adapters, servers of those that are up', async () => {
  const adapter: AdapterDetails = {
    ...{
      name: 'Ethernet',
      mac: '02:00:00:00:00:09',
      addresses: ['10.0.0.5/24'],
      index: 7,
      type: 6,
      isUp: true,
    },
    ...{ mtu: 1_500, speed: 1_000_000_000, dnsSuffix: 'corp.example' },
    resolvers: ['10.0.0.1', 'fec0:0:0:ffff::1', '10.0.0.1'],
  };
  const found = checked(
    'network',
    await readNetwork({
      adapters: () => [
        adapter,
        { ...adapter, name: 'Wi-Fi', index: 9, type: 71, isUp: false, addresses: [] },
        { ...adapter, name: 'Loopback', index: 1, type: 24, mtu: 0xffff_ffff, mac: '' },
      ],
      routes: () => [
        { destination: '0.0.0.0/0', gateway: '10.0.0.1', interfaceIndex: 7, metric: 25 },
        { destination: '10.9.0.0/16', gateway: null, interfaceIndex: 404, metric: 1 },
      ],
    }),
  );

  expect([...found.keys()]).toEqual([
    ...['Ethernet', '10.0.0.1 Ethernet', 'Wi-Fi', 'Loopback'],
    ...['0.0.0.0/0 10.0.0.1 Ethernet', '10.9.0.0/16 - -'],
  ]);
  expect(found.get('Ethernet')).toMatchObject({ speedMbps: 1_000, kind: 'ethernet', mtu: 1_500 });
  expect(found.get('Wi-Fi')).toMatchObject({ up: false, speedMbps: null, kind: 'wireless' });
  expect(found.get('Loopback')).toMatchObject({ mtu: null, mac: null });
  expect(found.get('10.0.0.1 Ethernet')).toMatchObject({ domains: ['corp.example'] });
});

test('IV-5: ports that somebody can knock at, once each; no connections, and no doors of the moment', async () => {
  const socket = {
    protocol: 'tcp',
    localAddress: '0.0.0.0',
    localPort: 445,
    pid: 4,
    process: 'System',
  } as const;
  const connections = [
    { ...socket, remoteAddress: null, remotePort: null, state: 'listen' },
    { ...socket, remoteAddress: null, remotePort: null, state: 'listen' },
    { ...socket, localPort: 50_000, remoteAddress: '10.0.0.1', remotePort: 443, state: 'established' },
    {
      ...socket,
      protocol: 'udp',
      localAddress: '127.0.0.1',
      localPort: 60_000,
      remoteAddress: null,
      remotePort: null,
      state: 'open',
    },
  ] as const;

  const found = await readSecurity({
    registry: recorded({}),
    isThere: () => true,
    protections: async () => new Map(),
    sockets: () => ({ connections: [...connections], total: 4 }),
  });

  const ports = found.items.filter(({ kind }) => kind === 'port');
  expect(ports.map(({ key, fields }) => `${key} ${fields.process}`)).toEqual(['tcp 0.0.0.0 445 System']);
});
