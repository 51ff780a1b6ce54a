import { expect, test } from 'bun:test';
import { checked, recorded } from '../../testing/recorded-registry.ts';
import { readHotfixes } from './hotfixes.ts';
import type { RegistryTree } from './registry-tree.ts';
import { readSecurity } from './security.ts';
import { readSoftware } from './software.ts';
import { readSystem } from './system.ts';

const UNINSTALL = 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall';
const PACKAGES = 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\Packages';
const DEFENDER = 'SOFTWARE\\Microsoft\\Windows Defender';

/** One of which nothing but the registry is known. */
const anUntoldMachine = (registry: RegistryTree) => ({
  registry,
  isThere: () => true,
  protections: async () => new Map(),
  sockets: () => ({ connections: [], total: 0 }),
});

test('IV-4: programs of both views and of profiles are listed once, parts and nameless ones are not', () => {
  const git = { DisplayName: 'Git', DisplayVersion: '2.50', InstallDate: '20260131', EstimatedSize: 10 };
  const registry = recorded({
    [`machine/64/${UNINSTALL}\\Git`]: git,
    [`machine/64/${UNINSTALL}\\Git again`]: git,
    [`machine/64/${UNINSTALL}\\Part`]: { DisplayName: 'Part', SystemComponent: 1 },
    [`machine/64/${UNINSTALL}\\Child`]: { DisplayName: 'Child', ParentKeyName: 'Git' },
    [`machine/64/${UNINSTALL}\\Nameless`]: { DisplayVersion: '1' },
    [`machine/32/${UNINSTALL}\\Old`]: { DisplayName: 'Old', InstallDate: 'yesterday' },
    [`users/64/S-1-5-21-1\\${UNINSTALL}\\Mine`]: { DisplayName: 'Mine' },
    [`users/64/S-1-5-21-1_Classes\\${UNINSTALL}\\Other`]: { DisplayName: 'Other' },
  });

  const found = checked('software', readSoftware(registry, 'amd64'));

  expect([...found.keys()].sort()).toEqual(['windows///Mine', 'windows/amd64/2.50/Git', 'windows/x86//Old']);
  const [installedAt, sizeBytes] = ['2026-01-31T00:00:00.000Z', 10_240];
  expect(found.get('windows/amd64/2.50/Git')).toMatchObject({ installedAt, sizeBytes });
  expect(found.get('windows/x86//Old')).toMatchObject({ installedAt: null, sizeBytes: null });
});

test('IV-8: an update counts when it is installed, once, with the last time of its packages', () => {
  // 2024-01-01 and 2024-01-02 as FILETIME
  const times = [133_485_408_000_000_000n, 133_486_272_000_000_000n].map((ticks) => ({
    InstallTimeHigh: Number(ticks >> 32n),
    InstallTimeLow: Number(ticks & 0xffffffffn),
  }));
  const registry = recorded({
    [`machine/64/${PACKAGES}\\Package_1_for_KB5034441~x~amd64~~1`]: { CurrentState: 112, ...times[0] },
    [`machine/64/${PACKAGES}\\Package_2_for_KB5034441~x~amd64~~1`]: { CurrentState: 112, ...times[1] },
    [`machine/64/${PACKAGES}\\Package_for_KB5031111~x~amd64~~1`]: { CurrentState: 80 },
    [`machine/64/${PACKAGES}\\Package_for_RollupFix~x`]: {
      CurrentState: 112,
      InstallLocation: '\\\\?\\C:\\kb5030000-x64',
    },
  });

  const found = checked('hotfixes', readHotfixes(registry));

  expect([...found].map(([key, { installedAt }]) => [key, installedAt])).toEqual([
    ['KB5034441', '2024-01-02T00:00:00.000Z'],
    ['KB5030000', null],
  ]);
});

test('IV-5: a policy counts before the own setting, and what the registry does not say is unknown', async () => {
  const sharedAccess = 'SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy';
  const registry = recorded({
    [`machine/64/${sharedAccess}\\PublicProfile`]: { EnableFirewall: 1 },
    'machine/64/SOFTWARE\\Policies\\Microsoft\\WindowsFirewall\\PublicProfile': { EnableFirewall: 0 },
    [`machine/64/${sharedAccess}\\DomainProfile`]: { EnableFirewall: 1 },
    'machine/64/SYSTEM\\CurrentControlSet\\Control\\SecureBoot\\State': { UEFISecureBootEnabled: 1 },
    [`machine/64/${DEFENDER}`]: {},
    [`machine/64/${DEFENDER}\\Real-Time Protection`]: { DisableRealtimeMonitoring: 1 },
    [`machine/64/${DEFENDER}\\Signature Updates`]: {
      AVSignatureVersion: '1.403.1.0',
      SignaturesLastUpdated: new Uint8Array(new BigUint64Array([133_485_408_000_000_000n]).buffer),
    },
  });

  const found = checked('security', await readSecurity(anUntoldMachine(registry)));

  expect(found.get('windows public')).toEqual({ state: 'off', detail: 'set by group policy' });
  expect([found.get('windows domain')?.state, found.get('windows private')?.state]).toEqual([
    'on',
    'unknown',
  ]);
  expect([found.get('uac')?.state, found.get('secure-boot')?.state]).toEqual(['unknown', 'on']);
  expect(found.get('Microsoft Defender')).toMatchObject({
    ...{ state: 'partly', realTime: false, definitionsVersion: '1.403.1.0' },
    definitionsAt: '2024-01-01T00:00:00.000Z',
  });
});

test('a machine that waits for a restart says so, with its edition and the day it was installed', () => {
  const registry = recorded({
    'machine/64/SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion': {
      EditionID: 'Professional',
      InstallDate: 1_704_067_200,
    },
    'machine/64/SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update\\RebootRequired': {},
  });
  const known = {
    name: 'Windows 11 Pro',
    version: '10.0.22631',
    build: '22631.1',
    timezone: 'UTC',
    virtualisation: '',
  };

  const found = checked('system', readSystem(registry, known)).get('system');

  const installedAt = '2024-01-01T00:00:00.000Z';
  expect(found).toMatchObject({ edition: 'Professional', installedAt, restartNeeded: true, domain: null });
});
