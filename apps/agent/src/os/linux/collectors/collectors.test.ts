import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { RecordedSink } from '../../../testing/recorded-sink.ts';
import type { Collector } from '../../os.ts';
import { createCpuCollector } from './cpu.ts';
import { createDiskCollector } from './disks.ts';
import { createMemoryCollector } from './memory.ts';
import { parseMounts } from './mounts.ts';
import { createNetworkCollector } from './network.ts';
import { createSensorCollector } from './sensors.ts';

let root: string;
let now: number;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'muster-root-'));
  now = 0;
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function record(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}
function sample(collector: Collector): RecordedSink {
  const sink = new RecordedSink();
  collector.sample(sink);
  return sink;
}

test('TM-1: processor share is what was busy between two looks, I/O wait counted as idle', () => {
  const collector = createCpuCollector(root);
  record({ 'proc/stat': 'cpu  1000 0 500 8000 500 0 0 0 100 0\ncpu0 1 2 3\n' });
  const first = sample(collector);
  record({ 'proc/stat': 'cpu  1030 0 520 8140 510 0 0 0 120 0\ncpu0 1 2 3\n' });

  expect(first.values.size).toBe(0);
  expect(sample(collector).get('cpu')).toBeCloseTo(25, 5);
});

test('TM-1: memory is total minus available, and without MemAvailable an old kernel is still understood', () => {
  const collector = createMemoryCollector(root);
  record({
    'proc/meminfo':
      'MemTotal: 16000 kB\nMemFree: 1000 kB\nMemAvailable: 6000 kB\nSwapTotal: 2000 kB\nSwapFree: 1500 kB\n',
  });
  const modern = sample(collector);
  record({
    'proc/meminfo':
      'MemTotal: 16000 kB\nMemFree: 1000 kB\nBuffers: 500 kB\nCached: 2500 kB\nSwapCached: 9 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n',
  });

  expect(modern.get('memory.used')).toBe(10_000 * 1024);
  expect(modern.get('swap.used')).toBe(500 * 1024);
  expect(sample(collector).get('memory.used')).toBe(12_000 * 1024);
});

const MOUNTINFO = [
  '22 1 8:2 / / rw,relatime shared:1 - ext4 /dev/sda2 rw',
  '23 22 0:21 / /proc rw - proc proc rw',
  '24 22 0:22 / /run rw - tmpfs tmpfs rw',
  '30 22 8:1 / /boot/efi rw - vfat /dev/sda1 rw',
  '31 22 8:2 /srv /srv/bind rw - ext4 /dev/sda2 rw',
  '32 22 7:0 / /snap/core rw - squashfs /dev/loop0 ro',
  '33 22 0:40 / /mnt/share rw - nfs4 nas:/x rw',
  '34 22 253:0 / /mnt/my\\040disk rw - xfs /dev/mapper/vg-data rw',
].join('\n');

test('TM-1: each fixed disk is watched once; shares, images, bind mounts and pseudo file systems are not', () => {
  expect(parseMounts(MOUNTINFO).map(({ path, deviceNumber }) => [path, deviceNumber])).toEqual([
    ['/', '8:2'],
    ['/boot/efi', '8:1'],
    ['/mnt/my disk', '253:0'],
  ]);
});

test('TM-1: in a container whose root is an overlay, the root is the disk', () => {
  const mounts = parseMounts('22 1 0:50 / / rw - overlay overlay rw\n23 22 0:21 / /proc rw - proc proc rw');

  expect(mounts.map((mount) => mount.path)).toEqual(['/']);
});

const diskstats = (read: number, written: number) =>
  [
    `   8       0 sda 100 0 ${read} 0 100 0 ${written} 0 0 0 0`,
    `   8       2 sda2 90 0 ${read} 0 90 0 ${written} 0 0 0 0`,
    ` 253       0 dm-0 90 0 ${read} 0 90 0 ${written} 0 0 0 0`,
    '   7       0 loop0 5 0 10 0 0 0 0 0 0 0 0',
  ].join('\n');

test('TM-1: disk space adds up over disks, traffic is per second and counted once however disks are stacked', () => {
  record({
    'proc/self/mountinfo': MOUNTINFO,
    'proc/diskstats': diskstats(1_000, 2_000),
    'sys/block/sda/size': '99\n',
  });
  record({ 'sys/block/dm-0/size': '99\n', 'sys/block/loop0/size': '99\n' });
  const collector = createDiskCollector(
    root,
    () => now,
    () => ({ bsize: 4096, blocks: 1_000, bfree: 250 }),
  );
  const first = sample(collector);
  record({ 'proc/diskstats': diskstats(3_000, 2_400) });
  now = 10_000;
  const second = sample(collector);

  expect(first.get('disk / disk.used')).toBe(750 * 4096);
  expect(first.get('disk.total')).toBe(3 * 1_000 * 4096);
  expect(first.values.has('disk.read')).toBe(false);
  expect(second.get('disk.read')).toBe((2_000 * 512) / 10);
  expect(second.get('disk.written')).toBe((400 * 512) / 10);
  expect(second.get('disk /mnt/my disk disk.read')).toBe((2_000 * 512) / 10);
});

const netdev = (eth: number, docker: number) =>
  [
    'Inter-|   Receive                                                |  Transmit',
    ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed',
    '    lo: 999999 1 0 0 0 0 0 0 999999 1 0 0 0 0 0 0',
    `  eth0:${eth} 1 0 0 0 0 0 0 ${eth * 2} 1 0 0 0 0 0 0`,
    `docker0: ${docker} 1 0 0 0 0 0 0 ${docker} 1 0 0 0 0 0 0`,
    'veth12ab: 7777 1 0 0 0 0 0 0 7777 1 0 0 0 0 0 0',
  ].join('\n');

test("TM-1: network is bits per second; a machine's own rate is that of its physical interfaces", () => {
  record({
    'proc/net/dev': netdev(1_000, 500),
    'sys/class/net/eth0/device/vendor': '',
    'sys/class/net/eth0/address': 'aa',
  });
  const collector = createNetworkCollector(root, () => now);
  sample(collector);
  record({ 'proc/net/dev': netdev(11_000, 5_500) });
  now = 10_000;
  const sink = sample(collector);
  record({ 'proc/net/dev': netdev(100, 5_500) });
  now = 20_000;
  const afterReset = sample(collector);

  expect(sink.get('network.received')).toBe(8_000);
  expect(sink.get('network.sent')).toBe(16_000);
  expect(sink.get('interface docker0 network.received')).toBe(4_000);
  expect([...sink.values.keys()].some((key) => key.includes('lo ') || key.includes('veth'))).toBe(false);
  expect(afterReset.values.has('interface eth0 network.received')).toBe(false);
  // Bridges do not stand in for hardware that was not counted.
  expect(afterReset.values.has('network.received')).toBe(false);
});

test('TM-2: temperatures, fans and voltages come from hwmon with their labels, twins are told apart', () => {
  const chip = (number: number) => `sys/class/hwmon/hwmon${number}`;
  record({
    [`${chip(0)}/name`]: 'coretemp\n',
    [`${chip(0)}/temp1_input`]: '45500\n',
    [`${chip(0)}/temp1_label`]: 'Package id 0\n',
    [`${chip(1)}/name`]: 'nct6775\n',
    [`${chip(1)}/fan2_input`]: '1180\n',
    [`${chip(1)}/in0_input`]: '1216\n',
    [`${chip(1)}/in0_label`]: 'Vcore\n',
    [`${chip(2)}/name`]: 'nvme\n',
    [`${chip(2)}/temp1_input`]: '38000\n',
    [`${chip(10)}/name`]: 'nvme\n',
    [`${chip(10)}/temp1_input`]: '41000\n',
    'sys/class/thermal/thermal_zone0/temp': '99000\n',
  });
  const collector = createSensorCollector(root, () => now);
  const sink = sample(collector);
  record({ [`${chip(0)}/temp1_input`]: '50000\n' });

  expect(Object.fromEntries(sink.values)).toEqual({
    'temperature coretemp Package id 0 temperature': 45.5,
    'fan nct6775 fan2 fan': 1180,
    'voltage nct6775 Vcore voltage': 1.216,
    'temperature nvme temp1 temperature': 38,
    'temperature nvme temp1 #2 temperature': 41,
  });
  expect(sample(collector).get('temperature coretemp Package id 0 temperature')).toBe(50);
});

test('TM-2: a board without hwmon is read through its thermal zones, a machine without sensors says nothing', () => {
  const bare = sample(createSensorCollector(join(root, 'nothing'), () => now));
  record({
    'sys/class/thermal/thermal_zone0/temp': '61000\n',
    'sys/class/thermal/thermal_zone0/type': 'cpu-thermal\n',
  });

  expect(bare.values.size).toBe(0);
  expect(sample(createSensorCollector(root, () => now)).get('temperature cpu-thermal temperature')).toBe(61);
});
