import { existsSync } from 'node:fs';
import { baseRoot, findDebianMirror } from './machine/base-root.ts';

/** The parts of the lab that need something of the machine they run on. */
export type LabPart =
  | 'machine'
  | 'namespace'
  | 'wine'
  | 'arm64'
  | 'browser'
  | 'directory'
  | 'faketime'
  | 'packages';

interface Need {
  readonly root?: boolean;
  readonly programs: readonly string[];
  readonly architecture?: NodeJS.Architecture;
}

const NEEDS: Readonly<Record<LabPart, Need>> = Object.freeze({
  machine: { root: true, programs: ['debootstrap', 'systemd-nspawn', 'nsenter', 'setpriv', 'ip'] },
  namespace: { root: true, programs: ['ip', 'setpriv'] },
  wine: { programs: ['wine64', 'wineserver64', 'setpriv', 'x86_64-w64-mingw32-gcc'], architecture: 'x64' },
  arm64: { programs: ['qemu-aarch64-static', 'setpriv', 'apt-get', 'dpkg-deb'] },
  browser: { programs: ['chromium'] },
  directory: { programs: ['slapd', 'ldapadd', 'openssl'] },
  faketime: { programs: ['faketime'] },
  packages: { root: true, programs: ['rpm', 'rpmbuild'] },
});

const SEARCHED = [
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
  '/usr/lib/wine',
];

/** Finds a program of this machine by name, also where Debian hides wine's own. */
export function findProgram(name: string): string | undefined {
  return SEARCHED.map((folder) => `${folder}/${name}`).find((path) => existsSync(path));
}

function missing(part: LabPart): string | undefined {
  if (process.platform !== 'linux') return 'needs Linux';
  const need = NEEDS[part];
  if (need.architecture !== undefined && process.arch !== need.architecture)
    return `needs ${need.architecture}`;
  if (need.root === true && process.getuid?.() !== 0) return 'needs root';
  const absent = need.programs.filter((program) => findProgram(program) === undefined);
  if (absent.length > 0) return `missing ${absent.join(', ')}: run "bun lab/src/prepare.ts" as root`;
  if (part === 'machine' && !existsSync(baseRoot) && findDebianMirror() === undefined) {
    return 'no package source of this machine offers Debian bookworm';
  }
  return undefined;
}

/** Why a part cannot run here, or undefined when it can; a reason is also printed, so that no skip is silent. */
export async function skipReason(part: LabPart): Promise<string | undefined> {
  const reason = missing(part);
  if (reason !== undefined) process.stderr.write(`SKIPPED: lab part ${part}: ${reason}\n`);
  return reason;
}
