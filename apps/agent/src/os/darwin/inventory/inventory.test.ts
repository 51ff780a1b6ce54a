import { afterAll, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Finding } from '../../../inventory/item.ts';
import { checked } from '../../testing/recorded-registry.ts';
import { readHardware } from './hardware.ts';
import { addInterfaces, addResolvers, addRoutes } from './network.ts';
import { parseProfiles } from './profiler.ts';
import { addProtection } from './security.ts';
import { readSoftware } from './software.ts';
import { addAccounts, addSessions } from './users.ts';

/* Written after what macOS 13 and 14 print; no Mac has run this yet. */
const root = mkdtempSync(join(tmpdir(), 'muster-mac-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const nvme = {
  _name: 'Apple SSD Controller',
  _items: [
    {
      ...{ _name: 'APPLE SSD AP0512Z', bsd_name: 'disk0', device_model: 'APPLE SSD AP0512Z' },
      ...{ device_revision: '873.120.', device_serial: '0ba01234', size: '500.28 GB' },
      ...{ size_in_bytes: 500_277_792_768, smart_status: 'Verified' },
    },
  ],
};

test('IV-3: a Mac with a chip of Apple: one memory for all, its display, its battery', async () => {
  const profiles = parseProfiles(
    JSON.stringify({
      SPHardwareDataType: [
        {
          ...{ _name: 'hardware_overview', chip_type: 'Apple M2', machine_model: 'Mac14,2' },
          ...{ machine_name: 'MacBook Air', number_processors: 'proc 8:4:4', physical_memory: '16 GB' },
          ...{ platform_UUID: '8D1F-77', serial_number: 'C02XYZ', boot_rom_version: '10151.1.1' },
        },
      ],
      SPMemoryDataType: [{ SPMemoryDataType: '16 GB', dimm_manufacturer: 'Hynix', dimm_type: 'LPDDR5' }],
      SPNVMeDataType: [nvme],
      SPStorageDataType: [
        {
          ...{ _name: 'Macintosh HD', bsd_name: 'disk3s1s1', file_system: 'APFS', mount_point: '/' },
          size_in_bytes: 494_384_795_648,
        },
        { _name: 'not mounted', bsd_name: 'disk3s2', size_in_bytes: 5 },
      ],
      SPDisplaysDataType: [
        {
          ...{ _name: 'Apple M2', sppci_model: 'Apple M2', spdisplays_vendor: 'sppci_vendor_Apple' },
          spdisplays_ndrvs: [
            {
              ...{ _name: 'Color LCD', '_spdisplays_display-serial-number': 'fd626d62' },
              spdisplays_connection_type: 'spdisplays_internal',
            },
          ],
        },
      ],
      SPPowerDataType: [
        {
          _name: 'spbattery_information',
          sppower_battery_health_info: {
            ...{ sppower_battery_cycle_count: 123, sppower_battery_health_maximum_capacity: '95%' },
          },
          sppower_battery_model_info: { sppower_battery_serial_number: 'F8Y1' },
        },
        { _name: 'sppower_information' },
      ],
    }),
  );

  const found = checked('hardware', await readHardware(profiles));

  expect(found.get('board')).toMatchObject({ model: 'Mac14,2', serial: 'C02XYZ', systemUuid: '8D1F-77' });
  expect(found.get('0')).toEqual({ model: 'Apple M2', vendor: 'Apple', driver: null, memoryBytes: null });
  expect(found.get('total')).toMatchObject({
    sizeBytes: 16 * 2 ** 30,
    type: 'LPDDR5',
    manufacturer: 'Hynix',
  });
  expect(found.get('0ba01234')).toMatchObject({
    name: 'disk0',
    bus: 'nvme',
    health: 'good',
    rotational: false,
  });
  expect(found.get('/')).toMatchObject({ fileSystem: 'APFS', label: 'Macintosh HD' });
  expect(found.get('fd626d62')).toMatchObject({ model: 'Color LCD', connector: 'internal' });
  expect(found.get('battery')).toMatchObject({ cycles: 123, healthPercent: 95, serial: 'F8Y1' });
  expect([...found.keys()]).toHaveLength(8);
});

test('IV-3: an Intel Mac: modules in their slots, cores without a guess at threads, memory of the graphics', async () => {
  const found = await readHardware(
    parseProfiles(
      JSON.stringify({
        SPHardwareDataType: [
          {
            ...{ cpu_type: '6-Core Intel Core i7', current_processor_speed: '2.6 GHz', number_processors: 6 },
            ...{ machine_model: 'MacBookPro16,1', physical_memory: '16 GB' },
          },
        ],
        SPMemoryDataType: [
          {
            _items: ['BANK 0/ChannelA-DIMM0', 'BANK 2/ChannelB-DIMM0'].map((slot) => ({
              ...{ _name: slot, dimm_size: '8 GB', dimm_speed: '2667 MHz', dimm_type: 'DDR4' },
              dimm_manufacturer: 'Micron',
            })),
          },
        ],
        SPDisplaysDataType: [{ sppci_model: 'AMD Radeon Pro 5300M', spdisplays_vram: '4 GB' }],
      }),
    ),
  );
  const of = (kind: string) => found.items.filter((item) => item.kind === kind).map(({ fields }) => fields);

  expect(of('processor')).toEqual([
    { model: '6-Core Intel Core i7', vendor: 'Intel', cores: 6, threads: null, maxMhz: 2_600 },
  ]);
  expect(of('memory').map(({ sizeBytes, speedMtps }) => [sizeBytes, speedMtps])).toEqual([
    [8 * 2 ** 30, 2_667],
    [8 * 2 ** 30, 2_667],
  ]);
  expect(of('graphics')[0]).toMatchObject({ memoryBytes: 4 * 2 ** 30 });
  expect(found.note).toBe('');
});

test('IV-4: applications once for each version, with who signed them, and what Homebrew has poured', async () => {
  for (const version of ['3.4.0', '3.4.1'])
    mkdirSync(join(root, 'opt/homebrew/Cellar/openssl@3', version), { recursive: true });
  const firefox = {
    ...{
      _name: 'Firefox',
      version: '120.0',
      arch_kind: 'arch_arm_i64',
      lastModified: '2023-11-20T10:00:00Z',
    },
    ...{ obtained_from: 'identified_developer', path: '/Applications/Firefox.app' },
    signed_by: ['Developer ID Application: Mozilla Corporation (43AQ936H96)', 'Apple Root CA'],
  };
  const safari = { _name: 'Safari', version: '17.0', arch_kind: 'arch_arm_i64', obtained_from: 'apple' };
  const run = async () =>
    JSON.stringify({
      SPApplicationsDataType: [firefox, { ...firefox, path: '/Applications/Old/Firefox.app' }, safari],
    });

  const found = checked('software', await readSoftware({ run, root }));

  expect([...found.keys()].sort()).toEqual([
    'homebrew//3.4.0/openssl@3',
    'homebrew//3.4.1/openssl@3',
    'macos/universal/120.0/Firefox',
    'macos/universal/17.0/Safari',
  ]);
  expect(found.get('macos/universal/120.0/Firefox')).toMatchObject({
    ...{ publisher: 'Mozilla Corporation', installedAt: '2023-11-20T10:00:00.000Z' },
  });
});

test('accounts that somebody can use, with a name on a line of its own, and who is signed in', () => {
  const finding = new Finding();
  addAccounts(
    `AuthenticationAuthority: ;ShadowHash;HASHLIST:<SALTED-SHA512-PBKDF2>
NFSHomeDirectory: /Users/ada
RealName:
 Ada Lovelace
RecordName: ada
UniqueID: 501
UserShell: /bin/zsh
-
AuthenticationAuthority: ;DisabledUser;;ShadowHash;
NFSHomeDirectory: /Users/old
RealName: old
RecordName: old com.apple.idms.appleid.prd.1
UniqueID: 502
UserShell: /bin/zsh
-
NFSHomeDirectory: /var/empty
RealName: AppStore Service
RecordName: _appstore
UniqueID: 33
UserShell: /usr/bin/false
-
NFSHomeDirectory: /var/empty
RecordName: nobody
UniqueID: -2
UserShell: /usr/bin/false
`,
    'GroupMembership: root ada\n',
    finding,
  );
  addSessions('ada      console  Nov 20 08:12 \nada      ttys001  Nov 20 09:00 (10.0.0.7)\n', finding);

  const found = checked('users', finding.found);

  expect([...found.keys()]).toEqual(['ada', 'old', 'ada console', 'ada ttys001']);
  expect(found.get('ada')).toMatchObject({ fullName: 'Ada Lovelace', administrator: true, enabled: true });
  expect(found.get('old')).toMatchObject({ administrator: false, enabled: false, fullName: 'old' });
  expect(found.get('ada ttys001')).toMatchObject({ from: '10.0.0.7' });
});

test('IV-5: firewall, FileVault, Gatekeeper, integrity protection and XProtect say their states; silence is unknown', () => {
  const said = new Finding();
  addProtection(said, {
    firewall: 'Firewall is enabled. (State = 1)\n',
    fileVault: 'FileVault is On.\n',
    gatekeeper: 'assessments disabled\n',
    integrity: 'System Integrity Protection status: enabled.\n',
    xprotect: '2173\n',
  });
  const silent = new Finding();
  const nothing = { firewall: undefined, gatekeeper: undefined, integrity: undefined, xprotect: undefined };
  addProtection(silent, {
    ...nothing,
    fileVault: 'Encryption in progress: Percent completed = 12\nFileVault is On.',
  });

  const states = (finding: Finding) =>
    Object.fromEntries([...checked('security', finding.found)].map(([key, { state }]) => [key, state]));
  expect(states(said)).toEqual({
    ...{ 'application firewall': 'on', '/': 'on', gatekeeper: 'off', 'system integrity protection': 'on' },
    XProtect: 'on',
  });
  expect(states(silent)).toEqual({
    ...{ 'application firewall': 'unknown', '/': 'partly', gatekeeper: 'unknown' },
    'system integrity protection': 'unknown',
  });
});

test('IV-6: interfaces of ifconfig, routes that netstat shortens, resolvers that everybody uses', () => {
  const finding = new Finding();
  addInterfaces(
    `lo0: flags=8049<UP,LOOPBACK,RUNNING,MULTICAST> mtu 16384
	inet 127.0.0.1 netmask 0xff000000
	inet6 ::1 prefixlen 128
en0: flags=8863<UP,BROADCAST,SMART,RUNNING,SIMPLEX,MULTICAST> mtu 1500
	ether a4:83:e7:01:02:03
	inet6 fe80::1c2a%en0 prefixlen 64 secured scopeid 0x6
	inet 192.168.1.5 netmask 0xffffff00 broadcast 192.168.1.255
	media: autoselect
	status: active
en5: flags=8863<UP,BROADCAST,SMART,RUNNING,SIMPLEX,MULTICAST> mtu 1500
	ether ac:de:48:00:11:22
	media: autoselect (1000baseT <full-duplex>)
	status: inactive
`,
    'Hardware Port: Wi-Fi\nDevice: en0\nEthernet Address: a4:83:e7:01:02:03\n',
    finding,
  );
  addRoutes(
    `Routing tables

Internet:
Destination        Gateway            Flags               Netif Expire
default            192.168.1.1        UGScg                 en0
127                127.0.0.1          UCS                   lo0
192.168.1          link#6             UCS                   en0      !
192.168.1.7        a4:83:e7:9:9:9     UHLWIi                en0   1180
224.0.0/4          link#6             UmCS                  en0      !

Internet6:
Destination                             Gateway                                 Flags               Netif Expire
default                                 fe80::1%en0                             UGcg                  en0
2001:db8::/64                           link#6                                  UC                    en0
`,
    finding,
  );
  addResolvers(
    `DNS configuration

resolver #1
  search domain[0] : lan
  nameserver[0] : 192.168.1.1
  if_index : 6 (en0)
  flags    : Request A records

resolver #2
  domain   : local
  options  : mdns
  timeout  : 5

DNS configuration (for scoped queries)

resolver #1
  nameserver[0] : 192.168.1.1
  if_index : 6 (en0)
`,
    finding,
  );

  const found = checked('network', finding.found);

  expect([...found.keys()]).toEqual([
    ...['lo0', 'en0', 'en5', '0.0.0.0/0 192.168.1.1 en0', '192.168.1.0/24 - en0'],
    ...['::/0 fe80::1 en0', '2001:db8::/64 - en0', '192.168.1.1 en0'],
  ]);
  expect(found.get('en0')).toMatchObject({
    ...{
      mac: 'a4:83:e7:01:02:03',
      addresses: ['192.168.1.5/24', 'fe80::1c2a/64'],
      up: true,
      kind: 'wireless',
    },
  });
  expect(found.get('en5')).toMatchObject({ up: false, speedMbps: 1_000, kind: 'ethernet' });
  expect(found.get('192.168.1.1 en0')).toMatchObject({ domains: ['lan'] });
});
