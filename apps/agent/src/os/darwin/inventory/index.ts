import { statSync } from 'node:fs';
import { homesBelow, readBrowsers } from '../../../inventory/browsers.ts';
import { Finding, type Found, type Readers } from '../../../inventory/item.ts';
import { run } from '../../run.ts';
import { readFacts } from '../facts.ts';
import { HARDWARE_KINDS, readHardware } from './hardware.ts';
import { readNetwork } from './network.ts';
import { askProfiler, type MacSource } from './profiler.ts';
import { readSecurity } from './security.ts';
import { readSoftware } from './software.ts';
import { readUsers } from './users.ts';

/** Made when whoever set the machine up had answered the last question. */
const SET_UP = '/var/db/.AppleSetupDone';

const source: MacSource = { run, root: '' };

/** What this system tells about itself. */
export const READERS: Readers = {
  hardware: async () => readHardware(await askProfiler(source, HARDWARE_KINDS)),
  system: readSystem,
  software: () => readSoftware(source),
  users: () => readUsers(source),
  security: () => readSecurity(source),
  network: () => readNetwork(source),
  browsers: () => readBrowsers(homesBelow('/Users')),
};

async function readSystem(): Promise<Found> {
  const finding = new Finding();
  const { osName, osVersion, osBuild, kernel, timezone, virtualisation } = await readFacts();
  const setUp = statSync(SET_UP, { throwIfNoEntry: false });
  finding.add('system', 'system', {
    name: osName || 'macOS',
    version: osVersion ?? '',
    build: osBuild || null,
    kernel: kernel || null,
    edition: null,
    installedAt: setUp ? new Date(Math.floor(setUp.mtimeMs / 1000) * 1000).toISOString() : null,
    locale: null,
    timezone: timezone || null,
    domain: null,
    virtualisation: virtualisation || null,
    ...{ container: null, restartNeeded: null },
  });
  return finding.found;
}
