import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { type BrowserHome, readBrowsers } from '../../../inventory/browsers.ts';
import type { Readers } from '../../../inventory/item.ts';
import { readMemory } from '../collectors/memory.ts';
import { readConnections } from '../connections.ts';
import { readFacts } from '../facts.ts';
import { queryDisks } from '../native/disks.ts';
import { readFirmwareTable } from '../native/firmware.ts';
import { queryAdapters, withRouteTable } from '../native/network.ts';
import { registryTree } from '../native/registry-tree.ts';
import { listFixedDrives, nameVolume, readSpace } from '../native/volumes.ts';
import { toWide } from '../native/wide.ts';
import { parseAdapterDetails } from '../tables/adapters.ts';
import { parseRoutes } from '../tables/route-table.ts';
import { type HardwareSource, readHardware, type Volume } from './hardware.ts';
import { readHotfixes } from './hotfixes.ts';
import { readNetwork } from './network.ts';
import { listProfiles } from './profiles.ts';
import { readSecurity, type SecuritySource } from './security.ts';
import { readSoftware } from './software.ts';
import { type KnownSystem, readSystem } from './system.ts';
import { readUsers } from './users.ts';

/** Sockets of which the listening ones are picked: of connections that wait to be forgotten any number may be left out. */
const MOST_SOCKETS = 20_000;

/** Domains of accounts are named as NetBIOS names machines, which is shorter. */
const NETBIOS_NAME = 15;

const hardware: HardwareSource = {
  registry: registryTree,
  firmware: readFirmwareTable,
  memoryBytes: () => readMemory().total,
  disks: queryDisks,
  volumes: queryVolumes,
  protections: queryProtections,
  batteries: async () => (await import('../native/batteries.ts')).batteries,
};

const security: SecuritySource = {
  registry: registryTree,
  isThere: existsSync,
  protections: queryProtections,
  sockets: () => readConnections(MOST_SOCKETS),
};

/** What this system tells about itself. */
export const READERS: Readers = {
  hardware: () => readHardware(hardware),
  system: () => readSystem(registryTree, knownSystem()),
  software: () => readSoftware(registryTree, process.arch === 'x64' ? 'amd64' : process.arch),
  hotfixes: () => readHotfixes(registryTree),
  users: readAllUsers,
  security: () => readSecurity(security),
  network: () =>
    readNetwork({
      adapters: () => parseAdapterDetails(queryAdapters({ resolvers: true })),
      routes: () => withRouteTable(parseRoutes),
    }),
  browsers: () => readBrowsers(homes()),
};

/** Libraries that only this needs are loaded for it: without one of them the other categories still count. */
async function readAllUsers() {
  const { findAccount, queryAccounts } = await import('../native/accounts.ts');
  const { querySessions } = await import('../native/sessions.ts');
  return readUsers({
    registry: registryTree,
    machineName: hostname().slice(0, NETBIOS_NAME),
    accounts: queryAccounts,
    sessions: querySessions,
    findAccount,
  });
}

/** Where people keep their browsers' profiles, by the names of their folders. */
function homes(): BrowserHome[] {
  return listProfiles(registryTree).flatMap(({ home }) =>
    home ? [{ account: home.split('\\').at(-1) ?? home, home }] : [],
  );
}

/** The shell is loaded for this alone. */
async function queryProtections() {
  const { queryProtection } = await import('../native/shell-volumes.ts');
  return queryProtection(listFixedDrives());
}

function queryVolumes(): Volume[] {
  return listFixedDrives().flatMap((drive) => {
    const root = toWide(`${drive}\\`);
    const named = nameVolume(root);
    const sizeBytes = readSpace(root)?.total;
    return named && sizeBytes ? [{ drive, ...named, sizeBytes }] : [];
  });
}

function knownSystem(): KnownSystem {
  const { osName = '', osVersion = '', osBuild = '', timezone = '', virtualisation = '' } = readFacts();
  return { name: osName, version: osVersion, build: osBuild, timezone, virtualisation };
}
