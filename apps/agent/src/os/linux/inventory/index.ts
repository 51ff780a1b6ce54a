import { type BrowserHome, readBrowsers } from '../../../inventory/browsers.ts';
import type { Readers } from '../../../inventory/item.ts';
import { readText } from '../proc-file.ts';
import { readHardware } from './hardware.ts';
import { readNetwork } from './network.ts';
import { readSecurity } from './security.ts';
import { readSoftware } from './software.ts';
import { readSystem } from './system.ts';
import { readUsers } from './users.ts';

/** Everything that Linux tells about itself, below `root`. */
export function readersOf(root: string): Readers {
  return {
    hardware: () => readHardware(root),
    system: () => readSystem(root),
    software: () => readSoftware(root),
    users: () => readUsers(root),
    security: () => readSecurity(root),
    network: () => readNetwork(root),
    browsers: () => readBrowsers(homesOf(root)),
  };
}

/** Where people keep their browsers' profiles. */
function homesOf(root: string): BrowserHome[] {
  const lines = (readText(`${root}/etc/passwd`) ?? '').split('\n');
  return lines.flatMap((line) => {
    const [account, , , , , home] = line.split(':');
    return account && home && home !== '/' ? { account, home: `${root}${home}` } : [];
  });
}
