import { copyFileSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { cleanEnvironment, labConfig } from '../config.ts';
import { findProgram } from '../parts.ts';
import { type Lease, openLease } from '../process/leases.ts';
import { restrain } from '../process/restrain.ts';
import { runProcess } from '../process/run-process.ts';

/** A Windows program running under Wine; both streams are read by the caller. */
export interface WineProcess {
  readonly pid: number;
  readonly stdout: ReadableStream<Uint8Array>;
  readonly stderr: ReadableStream<Uint8Array>;
  readonly stdin: Bun.FileSink;
  /** The program's exit code. */
  readonly exited: Promise<number>;
  /** Ends it as Windows would by force: nothing in it is asked. */
  kill(): void;
}

/** Environment and working folder of a Windows program. */
export interface ExeOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** A path of this machine; Wine shows it below drive Z. */
  readonly cwd?: string;
}

/** A fresh Windows installation of its own: registry, services and drive C. */
export interface WinePrefix {
  /** Drive C, seen from this machine. */
  readonly driveC: string;
  /** Starts a program by its path on this machine, or by a name that Windows finds itself, as `reg`. */
  runExe(path: string, args?: readonly string[], options?: ExeOptions): WineProcess;
  /** Cuts the power of this Windows, whose programs end unasked, and boots it again with its services. */
  powerCycle(): Promise<void>;
  /** Ends every program in it and removes it. */
  stop(): Promise<void>;
}

const SHIM = 'bcryptprimitives.dll';
const BOOT_WITHIN_MS = 120_000;

/** Compiles the missing library once; two processes may do it at the same time. */
export async function ensureShim(): Promise<string> {
  const finished = join(labConfig.cacheDir, `wine-shim-1-${SHIM}`);
  if (existsSync(finished)) return finished;
  mkdirSync(labConfig.cacheDir, { recursive: true });
  const scratch = `${finished}.${process.pid}`;
  const source = join(import.meta.dir, 'bcryptprimitives.c');
  const compiler = ['x86_64-w64-mingw32-gcc', '-shared', '-O2', '-s', '-o', scratch, source, '-ladvapi32'];
  await runProcess(compiler, { check: true });
  renameSync(scratch, finished);
  return finished;
}

function wineEnvironment(lease: Lease, extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  return cleanEnvironment({
    HOME: join(lease.folder, 'home'),
    WINEPREFIX: join(lease.folder, 'prefix'),
    WINESERVER: program('wineserver64'),
    WINEDEBUG: '-all',
    // No dialogue about .NET and HTML components that nothing here uses.
    WINEDLLOVERRIDES: 'mscoree=;mshtml=',
    ...extra,
  });
}

function program(name: string): string {
  const path = findProgram(name);
  if (path === undefined) throw new Error(`${name} is not installed`);
  return path;
}

/**
 * Boots Windows for the first time. Its services outlive this first program and keep what they inherit, so they
 * are given no pipe of ours; the lease finds them by the prefix in their environment.
 */
async function bootWindows(lease: Lease): Promise<void> {
  const boot = Bun.spawn({
    cmd: restrain([program('wine64'), 'wineboot', '--init']),
    env: wineEnvironment(lease),
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'ignore',
    timeout: BOOT_WITHIN_MS,
    killSignal: 'SIGKILL',
  });
  const code = await boot.exited;
  if (code !== 0) throw new Error(`Windows did not boot under Wine: wineboot ended with ${code}`);
  await shutDown(lease);
}

/**
 * Ends the first boot altogether. Wine forgets that it has booted when the last program ends, and would start a second
 * Service Control Manager beside the first: half of all calls would then reach the wrong one.
 */
async function shutDown(lease: Lease): Promise<void> {
  for (const flag of ['-k', '-w']) {
    await runProcess([program('wineserver64'), flag], { env: wineEnvironment(lease), timeoutMs: 20_000 });
  }
}

function startExe(lease: Lease, words: readonly string[], options: ExeOptions): WineProcess {
  const child = Bun.spawn({
    cmd: restrain([program('wine64'), ...words]),
    env: wineEnvironment(lease, options.env),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  return {
    pid: child.pid,
    stdout: child.stdout,
    stderr: child.stderr,
    stdin: child.stdin,
    exited: child.exited,
    kill: () => child.kill('SIGKILL'),
  };
}

/**
 * Boots Windows with one idle program in it. Its first output says that the boot is over: a program that is started
 * meanwhile would boot once more, and leave services behind that hold the program's own output open.
 */
async function startKeeper(lease: Lease): Promise<WineProcess> {
  const keeper = startExe(lease, ['cmd.exe', '/k'], {});
  const output = keeper.stdout.getReader();
  await output.read();
  output.releaseLock();
  return keeper;
}

/** Makes a prefix (about two seconds) with one idle program in it, without which Windows services would end. */
export async function winePrefix(): Promise<WinePrefix> {
  const shim = await ensureShim();
  const lease = openLease('wine');
  mkdirSync(join(lease.folder, 'home'));
  mkdirSync(join(lease.folder, 'prefix'));
  const driveC = join(lease.folder, 'prefix', 'drive_c');
  lease.add('environments', `WINEPREFIX=${join(lease.folder, 'prefix')}`);
  try {
    await bootWindows(lease);
    copyFileSync(shim, join(driveC, 'windows', 'system32', SHIM));
    let keeper = await startKeeper(lease);
    return {
      driveC,
      runExe: (path, args = [], options = {}) => startExe(lease, [path, ...args], options),
      powerCycle: async () => {
        await shutDown(lease);
        await keeper.exited;
        keeper = await startKeeper(lease);
      },
      stop: async () => {
        lease.release();
        await keeper.exited;
      },
    };
  } catch (cause) {
    lease.release();
    throw cause;
  }
}
