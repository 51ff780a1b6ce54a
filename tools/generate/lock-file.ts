import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Generator } from './generator.ts';

interface Entry {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

/** The parts of package-lock.json that matter here; everything else passes through. */
export interface Lock {
  packages: Record<string, Entry>;
}

const OS: Record<string, string> = { windows: 'win32' };
const SYSTEMS = /\b(android|darwin|linux|win32|windows|freebsd|openharmony)\b/;
const CPU: Record<string, string> = { aarch64: 'arm64', armv7: 'arm' };
const PROCESSORS = /\b(arm64|aarch64|x64|armv7|arm|ia32|ppc64|riscv64|s390x|wasm32)\b/;

/**
 * package-lock.json with an entry for every optional package. npm leaves out those that the registry at hand does not
 * offer, which happens with binaries for other systems on a mirror, and `npm ci` then refuses the file everywhere. An
 * entry that is added here has version and platform and no integrity, since nobody here has seen its content.
 */
export const lockFile: Generator = {
  name: 'lock file',
  output: 'package-lock.json',
  async generate(root) {
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock;
    return new Map([['package-lock.json', `${JSON.stringify(completeLock(lock), null, 2)}\n`]]);
  },
};

/** A lock file with the missing optional packages added, in the order in which npm writes them. */
export function completeLock(lock: Lock): Lock {
  const packages = { ...lock.packages };
  for (const [path, parent] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
      if (!isLocked(packages, path, name)) packages[`node_modules/${name}`] = describe(name, version, parent);
    }
  }
  const sorted = Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
  return { ...lock, packages: Object.fromEntries(sorted) };
}

/** Looks for a package as Node does: in the folder of the one that asks, then in each above it. */
function isLocked(packages: Record<string, Entry>, from: string, name: string): boolean {
  for (let folder = from; ; folder = folder.slice(0, folder.lastIndexOf('/node_modules/'))) {
    if (packages[`${folder}/node_modules/${name}`.replace(/^\//, '')]) return true;
    if (!folder.includes('/node_modules/')) return packages[`node_modules/${name}`] !== undefined;
  }
}

function describe(name: string, version: string, parent: Entry): Entry {
  const platform = name.slice(name.lastIndexOf('/') + 1);
  const os = SYSTEMS.exec(platform)?.[1];
  const cpu = PROCESSORS.exec(platform)?.[1];
  const libc = /-musl/.test(platform) ? 'musl' : /-gnu/.test(platform) ? 'glibc' : undefined;
  if (os === undefined && cpu === undefined) {
    throw new Error(
      `${name} is not in package-lock.json, and its name does not say which platform it is for`,
    );
  }
  return {
    version,
    ...(cpu === undefined ? {} : { cpu: [CPU[cpu] ?? cpu] }),
    ...(parent.dev ? { dev: true } : {}),
    ...(libc === undefined ? {} : { libc: [libc] }),
    optional: true,
    ...(os === undefined ? {} : { os: [OS[os] ?? os] }),
  };
}
