import { afterAll, describe, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findKind, type InventoryCategory } from '@muster/contracts/inventory';
import type { Found, Item } from '../../../inventory/item.ts';
import { parseEdid } from '../../edid.ts';
import { parseMemoryDevice } from '../../memory-module.ts';
import { parseSocketAddress } from '../sockets.ts';
import { readersOf } from './index.ts';
import { countRules } from './security.ts';
import { parseSmart } from './smart.ts';
import { parseUtmp } from './users.ts';

const VENDOR = 'sys/class/dmi/id/sys_vendor';
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A machine's files as they were recorded. */
function aRoot(files: Readonly<Record<string, string | Buffer>>): string {
  const root = mkdtempSync(join(tmpdir(), 'muster-root-'));
  folders.push(root);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

async function read(root: string, category: InventoryCategory): Promise<Found> {
  const found = await readersOf(root)[category]?.();
  if (!found) throw new Error(`no reader of ${category}`);
  return found;
}
const ofKind = (items: readonly Item[], kind: string) => items.filter((item) => item.kind === kind);
const lines = (...words: string[]) =>
  Bun.spawnSync(words).stdout.toString().trim().split('\n').filter(Boolean);

describe('this machine, beside its own tools', () => {
  test('every item fits the schema of its kind, and nothing stood in the way', async () => {
    for (const [category, reader] of Object.entries(readersOf(''))) {
      const { items, note } = (await reader?.()) ?? { items: [], note: 'no reader' };
      expect(note).toBe('');
      const unfit = items.filter(
        ({ kind, fields }) =>
          !findKind(category as InventoryCategory, kind)?.fields.safeParse(fields).success,
      );
      expect(unfit).toEqual([]);
    }
  });

  test('IV-4: packages are those of dpkg, with their versions and architectures', async () => {
    const { items } = await read('', 'software');
    const ours = items.map(({ fields }) => `${fields.name} ${fields.version} ${fields.arch}`).sort();
    const format = ['db:Status-Status', 'Package', 'Version', 'Architecture'].map((name) => `\${${name}}`);
    const theirs = lines('dpkg-query', '-W', `-f=${format.join(' ')}\\n`)
      .filter((line) => line.startsWith('installed '))
      .map((line) => line.slice('installed '.length));
    expect(ours.length).toBeGreaterThan(100);
    expect(ours).toEqual(theirs.sort());
  });

  test('IV-3: processors are those that the system counts, and memory is what the kernel has', async () => {
    const { items } = await read('', 'hardware');
    const threads = ofKind(items, 'processor').reduce((sum, { fields }) => sum + Number(fields.threads), 0);
    expect(threads).toBe(Number(lines('nproc', '--all')[0]));
    expect(
      ofKind(items, 'memory').reduce((sum, { fields }) => sum + Number(fields.sizeBytes), 0),
    ).toBeGreaterThan(2 ** 28);
    expect(ofKind(items, 'volume').map(({ key }) => key)).toContain('/');
  });

  test('IV-6: listening ports are those of the kernel, with the program that holds them', async () => {
    using server = Bun.serve({ port: 0, hostname: '0.0.0.0', fetch: () => new Response() });
    const { items } = await read('', 'security');
    const port = ofKind(items, 'port').find(({ fields }) => fields.port === server.port);
    expect(port?.fields).toMatchObject({
      protocol: 'tcp',
      address: '0.0.0.0',
      process: expect.stringContaining('bun'),
    });
  });
});

describe('recorded machines', () => {
  test('IV-4: Alpine, Arch and snap, from what their package managers write', async () => {
    const root = aRoot({
      'lib/apk/db/installed':
        'C:Q1abc=\nP:musl\nV:1.2.4-r2\nA:x86_64\nI:634880\nm:Timo <timo@example.org>\n\nP:zlib\nV:1.3-r1\nA:x86_64\n',
      'var/lib/pacman/local/bash-5.2-1/desc':
        '%NAME%\nbash\n\n%VERSION%\n5.2.026-2\n\n%ARCH%\nx86_64\n\n%INSTALLDATE%\n1717000000\n\n%SIZE%\n9216000\n',
      'var/lib/snapd/state.json': '{}',
      'snap/core22/1380/meta/snap.yaml': "name: core22\nversion: '20240408'\n",
    });
    symlinkSync('1380', join(root, 'snap/core22/current'));
    const { items, note } = await read(root, 'software');
    expect(note).toBe('');
    expect(items.map(({ key }) => key).sort()).toEqual([
      'apk/x86_64/1.2.4-r2/musl',
      'apk/x86_64/1.3-r1/zlib',
      'pacman/x86_64/5.2.026-2/bash',
      'snap//20240408/core22',
    ]);
    expect(items.find(({ key }) => key.startsWith('pacman'))?.fields.installedAt).toBe(
      '2024-05-29T16:26:40.000Z',
    );
  });

  test('a package that was removed and left its configuration is not installed', async () => {
    const entry = (name: string, status: string) =>
      `Package: ${name}\nStatus: ${status}\nVersion: 1\nArchitecture: all\n`;
    const root = aRoot({
      'var/lib/dpkg/status': [
        entry('here', 'install ok installed'),
        entry('gone', 'deinstall ok config-files'),
      ].join('\n'),
    });
    expect((await read(root, 'software')).items.map(({ fields }) => fields.name)).toEqual(['here']);
  });

  test('IV-5: SELinux, secure boot, ufw, ClamAV and rules of sudo without a password', async () => {
    const root = aRoot({
      'sys/fs/selinux/enforce': '1\n',
      'sys/firmware/efi/efivars/SecureBoot-8be4df61': Buffer.from([6, 0, 0, 0, 1]),
      'etc/ufw/ufw.conf': 'ENABLED=yes\n',
      'usr/sbin/clamd': '',
      'var/lib/clamav/daily.cvd': 'ClamAV-VDB:20 Nov 2026 08-20 +0000:27100:2000000:90:x',
      'etc/sudoers': 'root ALL=(ALL:ALL) ALL\n# someone NOPASSWD\n',
      'etc/sudoers.d/deploy': 'deploy ALL=(ALL) NOPASSWD: ALL\n',
    });
    const { items } = await read(root, 'security');
    const of = (kind: string) => ofKind(items, kind)[0]?.fields;
    expect(of('confinement')).toMatchObject({ state: 'on', mode: 'enforcing' });
    expect(of('boot')).toEqual({ state: 'on' });
    expect(of('firewall')).toMatchObject({ state: 'on' });
    expect(of('antivirus')).toMatchObject({ state: 'off', definitionsVersion: '27100' });
    expect(of('elevation')).toEqual({ state: 'partly', detail: '1 rules without a password' });
  });

  test('IV-3: batteries by energy and by charge, and disks behind encryption', async () => {
    const battery = 'sys/class/power_supply/BAT0';
    const root = aRoot({
      [`${battery}/type`]: 'Battery',
      [`${battery}/model_name`]: '01AV405',
      [`${battery}/charge_full_design`]: '5000000',
      [`${battery}/charge_full`]: '4000000',
      [`${battery}/voltage_min_design`]: '12000000',
      [`${battery}/cycle_count`]: '312',
      'proc/self/mounts': '/dev/mapper/vault / ext4 rw 0 0\n/dev/sda1 /boot ext4 rw 0 0\n',
      'sys/block/dm-0/dm/name': 'vault',
      'sys/class/block/dm-0/dm/uuid': 'CRYPT-LUKS2-abc-vault',
      'sys/class/block/sda1/size': '1',
    });
    const { items } = await read(root, 'hardware');
    expect(ofKind(items, 'battery')[0]?.fields).toMatchObject({
      designCapacityMwh: 60_000,
      fullCapacityMwh: 48_000,
      healthPercent: 80,
      cycles: 312,
    });
    const volumes = ofKind(items, 'volume').map(({ key, fields }) => [key, fields.encrypted]);
    expect(volumes).toEqual([
      ['/', true],
      ['/boot', false],
    ]);
  });

  test('IV-7: extensions of Chromium and Firefox, and nothing else that lies in a profile', async () => {
    const chrome = 'home/ada/.config/google-chrome/Default';
    const root = aRoot({
      'etc/passwd': 'ada:x:1000:1000:Ada:/home/ada:/bin/bash\n',
      [`${chrome}/Cookies`]: 'session-value',
      [`${chrome}/Extensions/abcdef/1.2_0/manifest.json`]: JSON.stringify({
        name: '__MSG_appName__',
        version: '1.2',
        default_locale: 'en',
        permissions: ['tabs', 'cookies'],
      }),
      [`${chrome}/Extensions/abcdef/1.2_0/_locales/en/messages.json`]: JSON.stringify({
        appname: { message: 'Reader' },
      }),
      'home/ada/.mozilla/firefox/x.default/extensions.json': JSON.stringify({
        addons: [
          {
            id: 'u@example.org',
            type: 'extension',
            version: '3',
            active: true,
            location: 'app-profile',
            defaultLocale: { name: 'U' },
          },
          { id: 'built@in', type: 'extension', version: '1', location: 'app-builtin' },
        ],
      }),
    });
    const { items } = await read(root, 'browsers');
    expect(items.map(({ fields }) => [fields.browser, fields.name, fields.version, fields.account])).toEqual([
      ['chrome', 'Reader', '1.2', 'ada'],
      ['firefox', 'U', '3', 'ada'],
    ]);
    expect(JSON.stringify(items)).not.toContain('session-value');
  });

  test('a container is called one and no virtual machine, and the other way round', async () => {
    const readings = [{ '.dockerenv': '' }, { 'run/systemd/container': 'lxc\n' }, { [VENDOR]: 'QEMU\n' }];
    const told = await Promise.all(
      readings.map(async (files) => (await read(aRoot(files), 'system')).items[0]?.fields),
    );
    expect(told.map((fields) => [fields?.container, fields?.virtualisation])).toEqual([
      ['docker', null],
      ['lxc', null],
      [null, 'kvm'],
    ]);
  });

  test('accounts: administrators by their groups, locked ones by shadow, of which nothing else is read', async () => {
    const root = aRoot({
      'etc/passwd':
        'root:x:0:0:root:/root:/bin/bash\nada:x:1000:1000:Ada L,,,:/home/ada:/bin/bash\nbin:x:2:2::/bin:/usr/sbin/nologin\n',
      'etc/group': 'sudo:x:27:ada\n',
      'etc/shadow': 'root:*:1\nada:!$y$secret$hash:19000\n',
    });
    const { items } = await read(root, 'users');
    expect(
      ofKind(items, 'account').map(({ key, fields }) => [key, fields.administrator, fields.enabled]),
    ).toEqual([
      ['root', true, true],
      ['ada', true, false],
    ]);
    expect(JSON.stringify(items)).not.toContain('secret');
  });
});

describe('formats', () => {
  test('addresses of /proc/net are in the byte order of the machine', () => {
    expect(parseSocketAddress('0100007F:0CEA')).toEqual({ address: '127.0.0.1', port: 3306 });
    expect(parseSocketAddress('00000000000000000000000001000000:0016')).toEqual({ address: '::1', port: 22 });
  });

  test('IV-3: a memory module from SMBIOS, and none in an empty slot', () => {
    const raw = Buffer.alloc(0x28);
    raw[0] = 17;
    raw[1] = 0x28;
    raw.writeUInt16LE(0x4000, 0x0c);
    raw[0x10] = 1;
    raw[0x12] = 26;
    raw[0x17] = 2;
    raw.writeUInt16LE(3_200, 0x15);
    const module = parseMemoryDevice(Buffer.concat([raw, Buffer.from('DIMM 0\0Samsung\0\0')]));
    expect(module).toMatchObject({
      slot: 'DIMM 0',
      sizeBytes: 16 * 2 ** 30,
      type: 'DDR4',
      speedMtps: 3_200,
      manufacturer: 'Samsung',
    });
    raw.writeUInt16LE(0, 0x0c);
    expect(parseMemoryDevice(Buffer.concat([raw, Buffer.from('\0\0')]))).toBeUndefined();
  });

  test('TM-2: SMART of an ATA disk that fails and of an NVMe disk that is worn', () => {
    const table = [
      { id: 5, value: 90, raw: { value: 24 } },
      { id: 231, value: 88, raw: { value: 0 } },
    ];
    expect(
      parseSmart({
        smart_status: { passed: false },
        power_on_time: { hours: 9_000 },
        ata_smart_attributes: { table },
      }),
    ).toEqual({
      health: 'failing',
      wearPercent: 12,
      powerOnHours: 9_000,
      reallocatedSectors: 24,
    });
    expect(
      parseSmart({
        smart_status: { passed: true },
        nvme_smart_health_information_log: { percentage_used: 103 },
      }),
    ).toMatchObject({
      health: 'good',
      wearPercent: 103,
    });
    expect(parseSmart({})).toMatchObject({ health: 'unknown' });
  });

  test('IV-3: a monitor’s name, maker and serial number from its EDID', () => {
    const edid = Buffer.alloc(128);
    edid.writeUInt16BE((4 << 10) | (5 << 5) | 12, 8);
    Buffer.from([0, 0, 0, 0xfc, 0, ...Buffer.from('DELL U2720Q\n ')]).copy(edid, 54);
    Buffer.from([0, 0, 0, 0xff, 0, ...Buffer.from('ABC123\n      ')]).copy(edid, 72);
    expect(parseEdid(edid)).toEqual({ manufacturer: 'DEL', model: 'DELL U2720Q', serial: 'ABC123' });
  });

  test('sessions of utmp, those that ended left out', () => {
    const record = Buffer.alloc(384);
    record.writeInt16LE(7, 0);
    record.write('pts/0', 8, 'latin1');
    record.write('ada', 44, 'latin1');
    record.write('10.0.0.9', 76, 'latin1');
    record.writeInt32LE(1_700_000_000, 340);
    expect(parseUtmp(Buffer.concat([Buffer.alloc(384), record]))).toEqual([
      { account: 'ada', terminal: 'pts/0', from: '10.0.0.9', since: '2023-11-14T22:13:20.000Z' },
    ]);
  });

  test('rules of nft are counted, tables and chains are not', () => {
    expect(countRules('{"nftables":[{"metainfo":{}},{"table":{}},{"rule":{}},{"rule":{}}]}')).toBe(2);
  });
});
