import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the lab keeps what it downloads and what is running now; always outside a checkout. */
export interface LabConfig {
  /** Downloads and built roots: kept between runs. */
  readonly cacheDir: string;
  /** Leases and disks of what is running now: emptied by `cleanup`. */
  readonly runDir: string;
  /** Debian mirror to use instead of the one in the machine's own package sources. */
  readonly debianMirror: string | undefined;
  /** Version of the Bun runtimes for foreign systems: the one running, so that agent builds agree. */
  readonly bunVersion: string;
}

function readConfig(): LabConfig {
  const cacheHome = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const cacheDir = process.env.MUSTER_LAB_CACHE ?? join(cacheHome, 'muster-lab');
  return Object.freeze({
    cacheDir,
    runDir: join(cacheDir, 'run'),
    debianMirror: process.env.MUSTER_LAB_DEBIAN_MIRROR,
    bunVersion: Bun.version,
  });
}

/** The lab's configuration, read once; nothing else in the lab reads the environment. */
export const labConfig: LabConfig = readConfig();

/** A small, fixed environment for child processes, so that the developer's own never leaks into a test. */
export function cleanEnvironment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: '/root',
    LANG: 'C.UTF-8',
    ...extra,
  };
}

/** The developer's environment (proxy settings, npm configuration), for package tools only. */
export function toolEnvironment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const inherited: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined) inherited[name] = value;
  }
  return { ...inherited, ...extra };
}
