import { expect, test } from 'bun:test';
import { join, type Member, writeStruct } from '../../testing/write-struct.ts';
import { meaningOf } from '../service/controls.ts';
import { formatIpv6, parseAdapters } from './adapters.ts';
import { fileTimeToMs } from './file-time.ts';
import { parseInterfaceTable } from './interface-table.ts';
import { parsePageFiles } from './page-files.ts';
import { findBootMark, parseProcessTable } from './process-table.ts';
import { parseSmbios } from './smbios.ts';

const BASE = 0x10_0000;

type Told = { pid: number; name: string; created?: bigint; threads?: readonly (readonly [number, number])[] };

/** SYSTEM_PROCESS_INFORMATION with its threads and its name behind it. */
function processEntry(
  at: number,
  { pid, name, created = 1n, threads = [] }: Told,
  isLast: boolean,
): Uint8Array {
  const text = Buffer.from(name, 'utf16le');
  const size = 256 + threads.length * 80 + Math.ceil(text.length / 8) * 8;
  const head: Member[] = [
    ['u32', isLast ? 0 : size],
    ['u32', threads.length],
    ['bytes', 24], // working set private size, hard faults, high watermark, cycle time
    ['u64', created],
    ['u64', 20_000],
    ['u64', 30_000],
    ['u16', text.length],
    ['u16', text.length],
    ['u64', text.length ? BASE + at + size - Math.ceil(text.length / 8) * 8 : 0],
    ['u32', 8], // base priority
    ['u64', pid],
    ['u64', 4],
    ['u32', 100], // handles
    ['u32', 1], // session
    ['u64', 0], // unique key
    ['u64', 0], // peak virtual size
    ['u64', 0], // virtual size
    ['u32', 0], // page faults
    ['u64', 9_000_000], // peak working set
    ['u64', 8_000_000],
    ['bytes', 104], // pools, page file, private pages, six I/O counters
  ];
  const members: Member[] = threads.flatMap(([state, reason]): Member[] => [
    ['u64', 0],
    ['u64', 0],
    ['u64', 0],
    ['u32', 0],
    ['u64', 0],
    ['u64', 0],
    ['u64', 0],
    ['u32', 0],
    ['u32', 0],
    ['u32', 0],
    ['u32', state],
    ['u32', reason],
    ['bytes', 4],
  ]);
  const entry = writeStruct([...head, ...members]);
  expect(entry.length).toBe(256 + threads.length * 80);
  return join(entry, writeStruct([['bytes', Math.ceil(text.length / 8) * 8, text]], 1));
}

function processTable(told: readonly Told[]) {
  let bytes: Uint8Array = new Uint8Array();
  for (const [index, one] of told.entries()) {
    bytes = join(bytes, processEntry(bytes.length, one, index === told.length - 1));
  }
  return { bytes, base: BASE };
}

test('RA-2: a process table of Windows gives name, owner process, times and state of each process', () => {
  const table = processTable([
    { pid: 0, name: '' },
    { pid: 4, name: 'System', created: 77n },
    { pid: 1234, name: 'notepad.exe', created: 134_397_019_293_417_190n, threads: [[2, 0]] },
    { pid: 99, name: 'app.exe', threads: [[5, 5]] },
    {
      pid: 98,
      name: 'svchost.exe',
      threads: [
        [5, 5],
        [5, 13],
      ],
    },
  ]);

  const entries = parseProcessTable(table);

  expect(entries.map((one) => [one.pid, one.name, one.state])).toEqual([
    [4, 'System', 'sleeping'],
    [1234, 'notepad.exe', 'running'],
    [99, 'app.exe', 'suspended'],
    [98, 'svchost.exe', 'sleeping'],
  ]);
  expect(entries[1]).toMatchObject({
    parentPid: 4,
    sessionId: 1,
    created: 134_397_019_293_417_190n,
    cpuTime: 50_000,
    threads: 1,
    workingSetBytes: 8_000_000,
  });
});

test('a boot is told by the oldest Service Control Manager, whatever else is called so later', () => {
  const entries = parseProcessTable(
    processTable([
      { pid: 700, name: 'services.exe', created: 500n },
      { pid: 900, name: 'Services.EXE', created: 9_000n },
    ]),
  );

  expect(findBootMark(entries)).toBe('500:700');
  expect(findBootMark([])).toBeUndefined();
});

test('a Windows time is told in milliseconds of Unix', () => {
  expect(new Date(fileTimeToMs(134_397_019_293_417_190n)).toISOString()).toBe('2026-11-21T02:32:09.341Z');
});

function smbios(...structures: { type: number; body: number[]; strings: string[] }[]): Uint8Array {
  const parts = structures.map(({ type, body, strings }) => {
    const text = strings.length > 0 ? `${strings.join('\0')}\0\0` : '\0\0';
    return Buffer.concat([Buffer.from([type, 4 + body.length, 0, 0, ...body]), Buffer.from(text, 'latin1')]);
  });
  return join(new Uint8Array(8), ...parts, Buffer.from([127, 4, 0, 0, 0, 0]));
}

test('the firmware table gives maker, model and serial number, or the one on the enclosure', () => {
  const bios = { type: 0, body: [1, 2, 0], strings: ['Maker of firmware', '1.0'] };
  const system = { type: 1, body: [1, 2, 0, 3, 0], strings: ['LENOVO', '20XW', 'PF2ABCDE '] };
  const nameless = { type: 1, body: [1, 2, 0, 0], strings: ['LENOVO', '20XW'] };
  const enclosure = { type: 3, body: [1, 10, 0, 2], strings: ['LENOVO', 'CHASSIS-7'] };
  const empty = { type: 2, body: [0, 0], strings: [] };

  expect(parseSmbios(smbios(bios, system, empty, enclosure))).toEqual({
    manufacturer: 'LENOVO',
    model: '20XW',
    serialNumber: 'PF2ABCDE',
  });
  expect(parseSmbios(smbios(bios, empty, nameless, enclosure)).serialNumber).toBe('CHASSIS-7');
  expect(parseSmbios(smbios(bios, system).subarray(0, 30))).toMatchObject({ serialNumber: '' });
  expect(parseSmbios(new Uint8Array())).toEqual({ manufacturer: '', model: '', serialNumber: '' });
});

/** MIB_IF_ROW2 (netioapi.h), member by member. */
function interfaceRow(told: { name: string; type?: number; flags?: number; up?: boolean }): Uint8Array {
  return writeStruct([
    ['u64', 1], // LUID
    ['u32', 7], // index
    ['bytes', 16], // GUID
    ['wide', 257, told.name],
    ['wide', 257, 'Driver of it'],
    ['u32', 6],
    ['bytes', 32, Uint8Array.of(0x52, 0x54, 0, 0x12, 0x34, 0x56)],
    ['bytes', 32],
    ['u32', 1500],
    ['u32', told.type ?? 6],
    ['u32', 0],
    ['u32', 0],
    ['u32', 14],
    ['u32', 2],
    ['u32', 0],
    ['u8', told.flags ?? 1],
    ['u32', told.up === false ? 2 : 1],
    ['u32', 1],
    ['u32', 1],
    ['bytes', 16],
    ['u32', 1],
    ['u64', 1_000_000_000],
    ['u64', 1_000_000_000],
    ['u64', 111_111],
    ...Array.from({ length: 8 }, (): Member => ['u64', 0]),
    ['u64', 222_222],
    ...Array.from({ length: 8 }, (): Member => ['u64', 0]),
  ]);
}

test('TM-1: of the interfaces that Windows lists, hardware and what else is up are kept, filters and loopback not', () => {
  const rows = [
    { name: 'Ethernet' },
    { name: 'Wi-Fi', up: false },
    { name: 'Ethernet-WFP Filter-0000', flags: 2 },
    { name: 'Loopback', type: 24 },
    { name: 'VPN', type: 53, flags: 0 },
    { name: 'WAN Miniport', flags: 0, up: false },
  ].map(interfaceRow);

  const found = parseInterfaceTable(join(writeStruct([['u32', rows.length]]), ...rows));

  expect(found.map((one) => one.name)).toEqual(['Ethernet', 'Wi-Fi', 'VPN']);
  expect(found[0]).toEqual({
    name: 'Ethernet',
    mac: '52:54:00:12:34:56',
    receivedBytes: 111_111,
    sentBytes: 222_222,
    isHardware: true,
  });
});

test('adapters carry their addresses with the length of the prefix', () => {
  const name = Buffer.from('Ethernet\0', 'utf16le');
  const unicastAt = 512;
  const v4At = 640;
  const nameAt = 700;
  const adapter = writeStruct([
    ['u32', 448],
    ['u32', 7],
    ['u64', 0], // next
    ['u64', 0], // GUID text
    ['u64', BASE + unicastAt],
    ['u64', 0],
    ['u64', 0],
    ['u64', 0],
    ['u64', 0], // DNS suffix
    ['u64', 0], // description
    ['u64', BASE + nameAt],
    ['bytes', 8, Uint8Array.of(2, 0, 0, 0, 0, 9)],
    ['u32', 6],
    ['u32', 0],
    ['u32', 1500],
    ['u32', 6],
    ['u32', 1],
  ]);
  const unicast = writeStruct([
    ['u32', 64],
    ['u32', 0],
    ['u64', 0], // next
    [
      'struct',
      writeStruct([
        ['u64', BASE + v4At],
        ['u32', 16],
      ]),
    ],
    ['u32', 0], // prefix origin
    ['u32', 0],
    ['u32', 0],
    ['u32', 1],
    ['u32', 2],
    ['u32', 3],
    ['u8', 24],
  ]);
  const bytes = new Uint8Array(800);
  bytes.set(adapter);
  bytes.set(unicast, unicastAt);
  bytes.set([2, 0, 0, 0, 192, 168, 7, 5], v4At);
  bytes.set(name, nameAt);

  expect(parseAdapters({ bytes, base: BASE })).toEqual([
    { name: 'Ethernet', mac: '02:00:00:00:00:09', addresses: ['192.168.7.5/24'] },
  ]);
});

test('an IPv6 address is written with its longest run of zeros left out', () => {
  const from = (hex: string) => formatIpv6(Uint8Array.fromHex(hex));

  expect(from('fe800000000000000202b3fffe1e8329')).toBe('fe80::202:b3ff:fe1e:8329');
  expect(from('20010db8000000000001000000000001')).toBe('2001:db8::1:0:0:1');
  expect(from('00000000000000000000000000000001')).toBe('::1');
  expect(from('20010db8000100020003000400050006')).toBe('2001:db8:1:2:3:4:5:6');
  expect(from('20010db8000000000000000000000000')).toBe('2001:db8::');
});

test('page files are added up', () => {
  const entry = (next: number, total: number, used: number) =>
    writeStruct([
      ['u32', next],
      ['u32', total],
      ['u32', used],
      ['u32', used],
      ['u16', 0],
      ['u16', 0],
      ['u64', 0],
    ]);

  expect(parsePageFiles(join(entry(32, 1000, 10), entry(0, 500, 5)))).toEqual({
    totalPages: 1500,
    usedPages: 15,
  });
  expect(parsePageFiles(new Uint8Array())).toEqual({ totalPages: 0, usedPages: 0 });
});

test('EN-5: what the Service Control Manager says ends the agent with its reason, or tells of sleep', () => {
  expect(meaningOf(1, 0)).toEqual({ stop: 'stop' });
  expect(meaningOf(5, 0)).toEqual({ stop: 'shutdown' });
  expect(meaningOf(15, 0)).toEqual({ stop: 'shutdown' });
  expect(meaningOf(13, 0x4)).toEqual({ power: 'sleep' });
  expect(meaningOf(13, 0x12)).toEqual({ power: 'wake' });
  expect(meaningOf(13, 0xa)).toBeUndefined();
  expect(meaningOf(4, 0)).toBeUndefined();
});
