import { expect, test } from 'bun:test';
import { join, type Member, writeStruct } from '../testing/write-struct.ts';
import { DAEMON_LABEL, launchDaemon } from './service/launch-daemon.ts';
import { parseInterfaces } from './structs/interfaces.ts';
import { MEMORY_WORDS, parseSwap, parseUsedPages } from './structs/memory.ts';
import { MOUNT_BYTES, parseMounts } from './structs/mounts.ts';
import { parsePlatformExpert } from './structs/platform-expert.ts';
import { PROCESS_RECORD_BYTES, parseCommandLine, parseProcessRecord } from './structs/process-record.ts';

const words = (count: number): Member[] => Array.from({ length: count }, (): Member => ['u32', 0]);
const longs = (count: number): Member[] => Array.from({ length: count }, (): Member => ['u64', 0]);

/** struct proc_taskallinfo (sys/proc_info.h), member by member. */
function processRecord(status: number, name: string): Uint8Array {
  const bsd: Member[] = [
    ['u32', 0x4004], // flags
    ['u32', status],
    ['u32', 0], // exit status
    ['u32', 4321],
    ['u32', 1],
    ['u32', 501], // uid
    ...words(5), // gid, real and saved ids
    ['u32', 0],
    ['bytes', 16, Buffer.from('com.apple.WebKi')],
    ['bytes', 32, Buffer.from(name)],
    ...words(6), // files, group, job control, terminal, its group, nice
    ['u64', 1_763_692_329],
    ['u64', 42],
  ];
  const task: Member[] = [
    ['u64', 400_000_000], // virtual
    ['u64', 12_345_678],
    ['u64', 1_000],
    ['u64', 2_000],
    ...longs(2),
    ...words(9), // policy, faults, messages, calls, switches
    ['u32', 7],
    ['u32', 2],
    ['u32', 31],
  ];
  return join(writeStruct(bsd), writeStruct(task));
}

test('RA-2: a process of macOS is told with owner, start, memory and processor time', () => {
  const record = processRecord(2, 'com.apple.WebKit.WebContent');

  expect(record.length).toBe(PROCESS_RECORD_BYTES);
  expect(parseProcessRecord(record)).toEqual({
    pid: 4321,
    parentPid: 1,
    uid: 501,
    name: 'com.apple.WebKit.WebContent',
    startedSeconds: 1_763_692_329,
    startedMicroseconds: 42,
    isZombie: false,
    residentBytes: 12_345_678,
    cpuTicks: 3_000,
    threads: 7,
    runningThreads: 2,
  });
  expect(parseProcessRecord(processRecord(5, ''))).toMatchObject({ name: 'com.apple.WebKi', isZombie: true });
});

test('RA-2: a command line is told without the environment that lies behind it', () => {
  const bytes = join(
    writeStruct([['u32', 3]], 1),
    Buffer.from('/bin/sleep\0\0\0\0sleep\0\x009\0SECRET=abc\0'),
  );

  expect(parseCommandLine(bytes)).toBe('sleep  9');
  expect(parseCommandLine(bytes.subarray(0, 3))).toBe('');
  expect(parseCommandLine(writeStruct([['u32', 9]], 1))).toBe('');
});

/** struct statfs with 64-bit inodes (sys/mount.h), member by member. */
function mount(path: string, device: string, flags: number, free = 250): Uint8Array {
  return writeStruct([
    ['u32', 4096],
    ['u32', 1_048_576],
    ['u64', 1000],
    ['u64', free],
    ...longs(3), // available, files, free files
    ['u32', 1],
    ['u32', 26], // file system id
    ['u32', 0], // owner
    ['u32', 26], // type
    ['u32', flags],
    ['u32', 1], // subtype
    ['bytes', 16, Buffer.from('apfs')],
    ['bytes', 1024, Buffer.from(path)],
    ['bytes', 1024, Buffer.from(device)],
    ...words(8),
  ]);
}

test('TM-1: one volume stands for its container; hidden, remote and synthetic ones are left out', () => {
  const LOCAL = 0x1000;
  const HIDDEN = 0x100000;
  const table = join(
    mount('/System/Volumes/Data', '/dev/disk3s5', LOCAL | HIDDEN),
    mount('/Volumes/Other', '/dev/disk3s7', LOCAL),
    mount('/', '/dev/disk3s1s1', LOCAL),
    mount('/dev', 'devfs', LOCAL),
    mount('/Volumes/Stick', '/dev/disk4s2', LOCAL, 1000),
    mount('/Volumes/share', '//guest@nas/share', 0),
  );

  expect(table.length).toBe(6 * MOUNT_BYTES);
  expect(parseMounts(table)).toEqual([
    { path: '/', device: '/dev/disk3s1s1', type: 'apfs', totalBytes: 4_096_000, usedBytes: 3_072_000 },
    { path: '/Volumes/Stick', device: '/dev/disk4s2', type: 'apfs', totalBytes: 4_096_000, usedBytes: 0 },
  ]);
});

/** struct if_msghdr2 with its if_data64 (net/if.h, net/if_var.h), then struct sockaddr_dl. */
function interfaceMessage(name: string, flags: number): Uint8Array {
  const counters: Member[] = [
    ['bytes', 8], // type, lengths, quotas
    ['u32', 1500],
    ['u32', 0],
    ['u64', 1_000_000_000],
    ...longs(5), // packets, errors, collisions
    ['u64', 5_000_000_000],
    ['u64', 6_000_000_000],
    ...longs(4), // multicasts, drops, unknown protocols
    ...words(4), // timings, last change
  ];
  const address = Buffer.concat([
    Buffer.from([20, 18, 4, 0, 6, name.length, 6, 0]),
    Buffer.from(name),
    Buffer.from([0xa4, 0x83, 0xe7, 1, 2, 3]),
  ]);
  const body = writeStruct([
    ['u16', 160 + 32],
    ['u8', 5],
    ['u8', 0x12],
    ['u32', 16],
    ['u32', flags],
    ['u16', 4],
    ['u32', 0],
    ['u32', 128],
    ['u32', 0],
    ['u32', 0],
    ['struct', writeStruct(counters)],
  ]);
  expect(body.length).toBe(160);
  return join(body, writeStruct([['bytes', 32, address]], 1));
}

test('TM-1: interfaces that are up are told with counters beyond 32 bits; loopback and Apple radio are not', () => {
  const UP = 1;
  const addressMessage = writeStruct(
    [
      ['u16', 24],
      ['u8', 5],
      ['u8', 0xc],
      ['bytes', 20],
    ],
    1,
  );
  const table = join(
    interfaceMessage('lo0', UP | 8),
    addressMessage,
    interfaceMessage('en0', UP),
    interfaceMessage('awdl0', UP),
    interfaceMessage('en5', 0),
    interfaceMessage('utun3', UP),
  );

  expect(parseInterfaces(table)).toEqual([
    {
      name: 'en0',
      mac: 'a4:83:e7:01:02:03',
      receivedBytes: 5_000_000_000,
      sentBytes: 6_000_000_000,
      isHardware: true,
    },
    expect.objectContaining({ name: 'utun3', isHardware: false }),
  ]);
  expect(parseInterfaces(table.subarray(0, 100))).toEqual([]);
});

test('TM-1: memory in use is of programs, wired and compressed; swap is what the system says', () => {
  const statistics = writeStruct([
    ['u32', 1], // free
    ['u32', 2], // active
    ['u32', 3], // inactive
    ['u32', 100], // wired
    ...longs(9),
    ['u32', 50], // purgeable
    ['u32', 5], // speculative
    ...longs(4),
    ['u32', 10], // compressor
    ['u32', 0],
    ['u32', 700], // external
    ['u32', 1000], // internal
    ['u64', 0],
  ]);

  expect(statistics.length).toBe(MEMORY_WORDS * 4);
  expect(parseUsedPages(statistics)).toBe(1060);
  expect(
    parseSwap(
      writeStruct([
        ['u64', 2048],
        ['u64', 1024],
        ['u64', 1024],
        ['u32', 4096],
      ]),
    ),
  ).toEqual({
    total: 2048,
    used: 1024,
  });
});

test('serial number and id are read from the registry of devices', () => {
  const text = `+-o J314sAP  <class IOPlatformExpertDevice, id 0x100000227>
    {
      "IOPlatformUUID" = "3E9F9C5C-7B5E-5D5B-A1B5-0123456789AB"
      "manufacturer" = <"Apple Inc.">
      "IOPlatformSerialNumber" = "C02XXXXXXXXX"
    }`;

  expect(parsePlatformExpert(text)).toEqual({
    serialNumber: 'C02XXXXXXXXX',
    machineId: '3E9F9C5C-7B5E-5D5B-A1B5-0123456789AB',
  });
  expect(parsePlatformExpert('')).toEqual({ serialNumber: '', machineId: '' });
});

const hasPython = Bun.which('python3') !== null;
if (!hasPython) process.stderr.write('SKIPPED: property list: python3 is not installed\n');

test.skipIf(!hasPython)(
  "EN-5: the launchd property list is one that Python's plistlib reads, whatever the server is called",
  async () => {
    const places = { stateFolder: '/var/db/muster-agent', executable: '/opt/muster & co/muster-agent' };
    const text = launchDaemon(places, 'Ada --- <b>\n & Sons -->');

    const reader = Bun.spawn(
      ['python3', '-c', 'import plistlib,json,sys;print(json.dumps(plistlib.load(sys.stdin.buffer)))'],
      { stdin: Buffer.from(text), stdout: 'pipe', stderr: 'inherit' },
    );
    const read = JSON.parse(await reader.stdout.text());

    expect(read).toMatchObject({
      Label: DAEMON_LABEL,
      ProgramArguments: ['/opt/muster & co/muster-agent', 'run'],
      WorkingDirectory: '/var/db/muster-agent',
      RunAtLoad: true,
      KeepAlive: true,
      AbandonProcessGroup: true,
      Umask: 0o077,
    });
  },
);
