import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { labConfig, toolEnvironment } from '../config.ts';
import { openLease } from '../process/leases.ts';
import { runProcess } from '../process/run-process.ts';

const RELEASE = 'bookworm';
/** Part of the cached folder's name: raise it when the recipe below changes. */
const RECIPE = 1;
const PACKAGES = [
  'systemd',
  'systemd-sysv',
  'dbus',
  'iproute2',
  'procps',
  'ca-certificates',
  'curl',
  'openssl',
  'python3-minimal',
];

/** Where the finished base root lies; every machine is a copy-on-write clone of it. */
export const baseRoot = join(labConfig.cacheDir, `debian-${RELEASE}-${RECIPE}`);

/** The Debian mirror of this machine's own package sources, in either of apt's two file formats. */
export function findDebianMirror(aptFolder = '/etc/apt'): string | undefined {
  if (labConfig.debianMirror !== undefined) return labConfig.debianMirror;
  const parts = join(aptFolder, 'sources.list.d');
  const files = [
    join(aptFolder, 'sources.list'),
    ...(existsSync(parts) ? readdirSync(parts).map((file) => join(parts, file)) : []),
  ].filter((file) => existsSync(file));
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    const mirror = file.endsWith('.sources') ? mirrorInStanzas(text) : mirrorInLines(text);
    if (mirror !== undefined) return mirror;
  }
  return undefined;
}

function mirrorInStanzas(text: string): string | undefined {
  for (const stanza of text.split(/\n\s*\n/)) {
    const suites = /^Suites:(.*)$/m.exec(stanza)?.[1]?.trim().split(/\s+/) ?? [];
    const uri = /^URIs:\s*(\S+)/m.exec(stanza)?.[1];
    if (suites.includes(RELEASE) && uri !== undefined) return uri;
  }
  return undefined;
}

function mirrorInLines(text: string): string | undefined {
  return new RegExp(`^deb\\s+(?:\\[[^\\]]*\\]\\s+)?(\\S+)\\s+${RELEASE}\\s`, 'm').exec(text)?.[1];
}

/** Makes the base root with debootstrap unless it is there already (about 40 seconds). Throws with its log's tail. */
export async function ensureBaseRoot(): Promise<string> {
  if (existsSync(baseRoot)) return baseRoot;
  const mirror = findDebianMirror();
  if (mirror === undefined) throw new Error(`no package source of this machine offers Debian ${RELEASE}`);
  mkdirSync(labConfig.cacheDir, { recursive: true });
  const lease = openLease('base');
  const root = join(lease.folder, 'root');
  try {
    await runProcess(
      ['debootstrap', '--variant=minbase', `--include=${PACKAGES.join(',')}`, RELEASE, root, mirror],
      { env: toolEnvironment(), timeoutMs: 600_000, check: true },
    );
    settleBaseRoot(root);
    if (!existsSync(baseRoot)) renameSync(root, baseRoot);
  } finally {
    lease.release();
  }
  return baseRoot;
}

/** Takes away what would make two machines the same one, and what only waits for a person at the console. */
function settleBaseRoot(root: string): void {
  for (const path of ['etc/machine-id', 'var/lib/dbus/machine-id', 'var/cache/apt/archives']) {
    rmSync(join(root, path), { recursive: true, force: true });
  }
  mkdirSync(join(root, 'var/cache/apt/archives/partial'), { recursive: true });
  symlinkSync('/etc/machine-id', join(root, 'var/lib/dbus/machine-id'));
  mkdirSync(join(root, 'var/log/journal'), { recursive: true });
  for (const unit of ['systemd-firstboot.service', 'console-getty.service']) {
    const link = join(root, 'etc/systemd/system', unit);
    if (!existsSync(link)) symlinkSync('/dev/null', link);
  }
  writeFileSync(join(root, 'etc/hostname'), 'localhost\n');
}
