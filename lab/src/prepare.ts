import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { ensureArmRoot } from './arm64/run-arm64.ts';
import { labRuntime } from './compile/compile-for.ts';
import { toolEnvironment } from './config.ts';
import { ensureBaseRoot } from './machine/base-root.ts';
import { findProgram } from './parts.ts';
import { runProcess } from './process/run-process.ts';
import { ensureShim } from './wine/wine-prefix.ts';

/**
 * Prepares this machine for the lab, one part after the other: `bun lab/src/prepare.ts [--only machine,wine]`.
 * Doing it again does nothing. Packages come from the machine's own sources; what is downloaded besides goes into
 * the lab's cache. It ends with code 1 when a part failed, not when one was skipped.
 */
interface Part {
  /** Debian package and the program (or file) by which an installed one is known. */
  readonly packages: Readonly<Record<string, string>>;
  readonly architecture?: NodeJS.Architecture;
  /** Prepared only when it is named after `--only`. */
  readonly onRequest?: boolean;
  readonly finish?: () => Promise<unknown>;
}

const PARTS: Readonly<Record<string, Part>> = {
  machine: {
    packages: { debootstrap: 'debootstrap', 'systemd-container': 'systemd-nspawn', iproute2: 'ip' },
    finish: ensureBaseRoot,
  },
  wine: {
    packages: {
      wine: 'wine',
      wine64: 'wine64',
      'gcc-mingw-w64-x86-64': 'x86_64-w64-mingw32-gcc',
    },
    architecture: 'x64',
    finish: () => Promise.all([ensureShim(), labRuntime('windows-x64')]),
  },
  arm64: {
    packages: { 'qemu-user-static': 'qemu-aarch64-static' },
    finish: () => Promise.all([ensureArmRoot(), labRuntime('linux-aarch64')]),
  },
  browser: { packages: { chromium: 'chromium' } },
  directory: { packages: { slapd: 'slapd', 'ldap-utils': 'ldapadd', openssl: 'openssl' } },
  packages: { packages: { rpm: 'rpmbuild' } },
  tools: { packages: { openssl: 'openssl', faketime: 'faketime', prometheus: 'promtool' } },
  bench: {
    packages: { 'prometheus-node-exporter': 'prometheus-node-exporter', 'zabbix-agent2': 'zabbix_agent2' },
    onRequest: true,
  },
};

const POLICY = '/usr/sbin/policy-rc.d';

/** Installs without starting a service: for Debian's scripts, code 101 of this file forbids it. */
async function install(packages: readonly string[]): Promise<void> {
  const env = toolEnvironment({ DEBIAN_FRONTEND: 'noninteractive' });
  const wait = ['-o', 'DPkg::Lock::Timeout=300'];
  const ownPolicy = !existsSync(POLICY);
  if (ownPolicy) {
    writeFileSync(POLICY, '#!/bin/sh\nexit 101\n');
    chmodSync(POLICY, 0o755);
  }
  try {
    await runProcess(['apt-get', ...wait, 'update'], { env, check: true, timeoutMs: 300_000 });
    const words = ['apt-get', ...wait, 'install', '-y', '--no-install-recommends', ...packages];
    await runProcess(words, { env, check: true, timeoutMs: 900_000 });
  } finally {
    if (ownPolicy) rmSync(POLICY, { force: true });
  }
}

function whyNot(part: Part): string | undefined {
  if (process.platform !== 'linux') return 'this is not Linux';
  if (part.architecture !== undefined && part.architecture !== process.arch)
    return `needs ${part.architecture}`;
  return undefined;
}

async function prepare(part: Part): Promise<string> {
  const reason = whyNot(part);
  if (reason !== undefined) return `skipped: ${reason}`;
  const missing = Object.entries(part.packages)
    .filter(([, program]) => findProgram(program) === undefined)
    .map(([name]) => name);
  if (missing.length > 0) {
    const names = missing.join(' ');
    if (findProgram('apt-get') === undefined) return `skipped: no apt-get to install ${names}`;
    if (process.getuid?.() !== 0) return `skipped: not root, so these are not installed: ${names}`;
    await install(missing);
  }
  await part.finish?.();
  return 'ready';
}

function chosenParts(args: readonly string[]): string[] {
  const only = args.indexOf('--only');
  if (only === -1) return Object.keys(PARTS).filter((name) => PARTS[name]?.onRequest !== true);
  const names = (args[only + 1] ?? '').split(',').filter(Boolean);
  const unknown = names.filter((name) => PARTS[name] === undefined);
  if (names.length > 0 && unknown.length === 0) return names;
  process.stderr.write(`--only takes ${Object.keys(PARTS).join(', ')}\n`);
  process.exit(2);
}

/** Prepares the named parts, prints a line for each, and tells whether none failed. */
export async function prepareParts(names: readonly string[]): Promise<boolean> {
  let sound = true;
  for (const name of names) {
    const part = PARTS[name];
    if (part === undefined) continue;
    const result = await prepare(part).catch((cause: Error) => {
      sound = false;
      return `failed: ${cause.message}`;
    });
    process.stdout.write(`${name}: ${result}\n`);
  }
  return sound;
}

if (import.meta.main) {
  process.exit((await prepareParts(chosenParts(process.argv.slice(2)))) ? 0 : 1);
}
