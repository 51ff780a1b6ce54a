import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanEnvironment, labConfig, toolEnvironment } from '../config.ts';
import { findDebianMirror } from '../machine/base-root.ts';
import { findProgram } from '../parts.ts';
import { openLease } from '../process/leases.ts';
import { restrain } from '../process/restrain.ts';
import { runProcess } from '../process/run-process.ts';

/** Part of the cached folder's name: raise it when the list of packages changes. */
const RECIPE = 1;
const PACKAGES = ['libc6', 'libstdc++6', 'libgcc-s1'];
const armRoot = join(labConfig.cacheDir, `arm64-root-${RECIPE}`);

/** Environment and working folder of an arm64 program. */
export interface Arm64Options {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A program for 64-bit ARM, running on an emulated processor and this machine's kernel. */
export type Arm64Process = Bun.Subprocess<'ignore', 'pipe', 'pipe'>;

/** A package root of apt's own, so that this machine's architectures and package lists stay as they are. */
function writeAptRoot(folder: string, mirror: string): string {
  for (const part of ['lists/partial', 'archives/partial', 'parts', 'debs', 'root']) {
    mkdirSync(join(folder, part), { recursive: true });
  }
  writeFileSync(join(folder, 'status'), '');
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
  writeFileSync(join(folder, 'sources.list'), `deb [signed-by=${keyring}] ${mirror} bookworm main\n`);
  const settings = {
    'APT::Architecture': 'arm64',
    'Dir::State': folder,
    'Dir::State::Lists': join(folder, 'lists'),
    'Dir::State::status': join(folder, 'status'),
    'Dir::Cache': folder,
    'Dir::Cache::Archives': join(folder, 'archives'),
    'Dir::Etc::SourceList': join(folder, 'sources.list'),
    'Dir::Etc::SourceParts': join(folder, 'parts'),
    'Dir::Etc::PreferencesParts': join(folder, 'parts'),
    'Acquire::Languages': 'none',
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} "${value}";`);
  const file = join(folder, 'apt.conf');
  writeFileSync(file, `${lines.join('\n')}\nAPT::Architectures { "arm64"; };\n`);
  return file;
}

/** Fetches the C libraries that arm64 programs load, once, without touching this machine's packages. */
export async function ensureArmRoot(): Promise<string> {
  if (existsSync(armRoot)) return armRoot;
  const mirror = findDebianMirror();
  if (mirror === undefined) throw new Error('no package source of this machine offers Debian bookworm');
  const lease = openLease('arm64');
  try {
    const root = join(lease.folder, 'root');
    const debs = join(lease.folder, 'debs');
    const env = toolEnvironment({ APT_CONFIG: writeAptRoot(lease.folder, mirror) });
    await runProcess(['apt-get', 'update'], { env, check: true, timeoutMs: 120_000 });
    const names = PACKAGES.map((name) => `${name}:arm64`);
    await runProcess(['apt-get', 'download', ...names], { env, cwd: debs, check: true, timeoutMs: 120_000 });
    for (const deb of readdirSync(debs)) {
      await runProcess(['dpkg-deb', '--extract', join(debs, deb), root], { check: true });
    }
    if (!existsSync(armRoot)) renameSync(root, armRoot);
  } finally {
    lease.release();
  }
  return armRoot;
}

/**
 * Starts an arm64 program under qemu. It may start programs of this machine, but not other arm64 ones: without a
 * registration in the kernel, which the lab never makes, only qemu's own first program is emulated.
 */
export async function runArm64(
  path: string,
  args: readonly string[] = [],
  options: Arm64Options = {},
): Promise<Arm64Process> {
  const qemu = findProgram('qemu-aarch64-static');
  if (qemu === undefined) throw new Error('qemu-aarch64-static is not installed');
  const root = await ensureArmRoot();
  return Bun.spawn({
    cmd: restrain([qemu, '-L', root, path, ...args]),
    env: cleanEnvironment(options.env),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
}
