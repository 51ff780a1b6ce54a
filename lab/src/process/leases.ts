import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { labConfig } from '../config.ts';
import { startJanitor } from './janitor.ts';
import { findCarriers, identify, isAlive, type ProcessIdentity } from './process-identity.ts';
import { runNow } from './run-process.ts';

/**
 * A lease is the written list of everything outside this process that one part of the lab made. It is on disk
 * before the thing exists, so that what a killed test leaves behind is found and undone by a later `cleanup`.
 * Undoing is idempotent and runs the same way from `stop()`, from the exit hook and from `cleanup`.
 */
export interface LeaseRecord {
  readonly id: string;
  readonly owner: ProcessIdentity;
  readonly processes: ProcessIdentity[];
  /** Entries `NAME=value`: every process that carries one of them in its environment belongs to the lease. */
  readonly environments: string[];
  readonly cgroups: string[];
  readonly mounts: string[];
  readonly namespaces: string[];
  readonly links: string[];
  readonly folders: string[];
}

type LeasedThing = Exclude<keyof LeaseRecord, 'id' | 'owner'>;

/** The handle by which one part registers what it makes. */
export interface Lease {
  readonly id: string;
  /** A folder of this lease's own, gone when the lease is released. */
  readonly folder: string;
  add<K extends LeasedThing>(kind: K, thing: LeaseRecord[K][number]): void;
  /** Undoes everything and forgets it. */
  release(): void;
}

const PREFIX = 'muster-lab-';
const open = new Map<string, LeaseRecord>();
let hooked = false;

function fileOf(id: string): string {
  return join(labConfig.runDir, `${id}.json`);
}

function hookExit(): void {
  if (hooked) return;
  hooked = true;
  startJanitor();
  process.on('exit', () => {
    for (const record of open.values()) undo(record);
  });
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.once(signal, () => process.exit(code));
  }
}

/** Opens a lease for one part, for example `machine`. */
export function openLease(part: string): Lease {
  hookExit();
  const id = `${PREFIX}${part}-${randomBytes(4).toString('hex')}`;
  const folder = join(labConfig.runDir, id);
  const record: LeaseRecord = {
    id,
    owner: identify(process.pid),
    processes: [],
    environments: [],
    cgroups: [],
    mounts: [],
    namespaces: [],
    links: [],
    folders: [folder],
  };
  const save = () => writeFileSync(fileOf(id), JSON.stringify(record));
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  open.set(id, record);
  save();
  return {
    id,
    folder,
    add: (kind, thing) => {
      (record[kind] as unknown[]).push(thing);
      save();
    },
    release: () => undo(record),
  };
}

/** Removes what crashed runs left: only leases whose owner is gone. Returns their ids. */
export function cleanup(): string[] {
  if (!existsSync(labConfig.runDir)) return [];
  const removed: string[] = [];
  for (const name of readdirSync(labConfig.runDir)) {
    if (!name.startsWith(PREFIX) || !name.endsWith('.json')) continue;
    const record = readRecord(join(labConfig.runDir, name));
    if (record === undefined || isAlive(record.owner)) continue;
    undo(record);
    removed.push(record.id);
  }
  return removed;
}

/** Undefined when somebody else's cleanup has just removed it, or its owner is just writing it. */
function readRecord(file: string): LeaseRecord | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as LeaseRecord;
  } catch {
    return undefined;
  }
}

function undo(record: LeaseRecord): void {
  for (const process of record.processes) killExactly(process);
  for (const entry of record.environments) killCarriers(entry);
  for (const cgroup of record.cgroups) removeCgroup(cgroup);
  waitForEnd(record.processes);
  for (const mount of record.mounts) runNow(['umount', '-l', mount]);
  for (const namespace of record.namespaces) runNow(['ip', 'netns', 'delete', namespace]);
  for (const link of record.links) runNow(['ip', 'link', 'delete', link]);
  for (const folder of record.folders) removeFolder(folder);
  rmSync(fileOf(record.id), { force: true });
  open.delete(record.id);
}

function killExactly(identity: ProcessIdentity): void {
  if (!isAlive(identity)) return;
  process.kill(identity.pid, 'SIGKILL');
}

/** Repeats until nobody carries the entry, because a process may start another one while it is looked for. */
function killCarriers(entry: string): void {
  const deadline = Date.now() + 5000;
  while (Date.now() < deadline) {
    const carriers = findCarriers(entry);
    if (carriers.length === 0) return;
    for (const carrier of carriers) killExactly(carrier);
    Bun.sleepSync(10);
  }
}

function waitForEnd(processes: readonly ProcessIdentity[]): void {
  const deadline = Date.now() + 5000;
  while (Date.now() < deadline && processes.some(isAlive)) Bun.sleepSync(10);
}

/** Kills every member of a cgroup tree, thawing it first, and removes the tree. */
function removeCgroup(path: string): void {
  if (!existsSync(path)) return;
  const deadline = Date.now() + 5000;
  while (Date.now() < deadline) {
    for (const [file, word] of [
      ['freezer.state', 'THAWED'],
      ['cgroup.freeze', '0'],
    ] as const) {
      if (existsSync(join(path, file))) writeFileSync(join(path, file), word);
    }
    for (const pid of membersOf(path)) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // ended by itself
      }
    }
    if (removeTree(path)) return;
    Bun.sleepSync(20);
  }
}

function foldersUnder(path: string): string[] {
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(path, entry.name));
}

function membersOf(path: string): number[] {
  try {
    const own = readFileSync(join(path, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
    return [...own.filter((pid) => pid > 1), ...foldersUnder(path).flatMap(membersOf)];
  } catch {
    return [];
  }
}

function removeTree(path: string): boolean {
  try {
    for (const child of foldersUnder(path)) removeTree(child);
    rmdirSync(path);
    return true;
  } catch {
    return !existsSync(path);
  }
}

/** Never follows a mount point: a folder that is still mounted is left for the next cleanup. */
function removeFolder(folder: string): void {
  if (!folder.startsWith(join(labConfig.runDir, PREFIX))) throw new Error(`${folder} is not the lab's own`);
  const mounted = existsSync('/proc/mounts') && readFileSync('/proc/mounts', 'utf8').includes(` ${folder}/`);
  if (!mounted) rmSync(folder, { recursive: true, force: true });
}
