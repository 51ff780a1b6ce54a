import { homesBelow, readBrowsers } from '../../../inventory/browsers.ts';
import type { Readers } from '../../../inventory/item.ts';
import { readFacts } from '../facts.ts';
import { registryTree } from '../native/registry-tree.ts';
import { readHotfixes } from './hotfixes.ts';
import { readSecurity } from './security.ts';
import { readSoftware } from './software.ts';
import { type KnownSystem, readSystem } from './system.ts';

/** What this system tells about itself. */
export const READERS: Readers = {
  system: () => readSystem(registryTree, knownSystem()),
  software: () => readSoftware(registryTree, process.arch === 'x64' ? 'amd64' : process.arch),
  hotfixes: () => readHotfixes(registryTree),
  security: () => readSecurity(registryTree),
  browsers: () => readBrowsers(homesBelow('C:\\Users')),
};

function knownSystem(): KnownSystem {
  const { osName = '', osVersion = '', osBuild = '', timezone = '', virtualisation = '' } = readFacts();
  return { name: osName, version: osVersion, build: osBuild, timezone, virtualisation };
}
