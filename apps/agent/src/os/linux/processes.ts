import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { Process } from '@muster/contracts';
import type { ProcessControl } from '../os.ts';
import { signalProcess } from './libc.ts';
import { readText } from './proc-file.ts';

/** USER_HZ, the unit of process times in /proc: 100 on every architecture that Muster builds for. */
const TICKS_PER_SECOND = 100;
/** Size of a page of memory, the unit of many figures in /proc. */
export const PAGE_BYTES = pageBytes();
const MAX_COMMAND_LENGTH = 1024;
const SIGTERM = 15;
const SIGKILL = 9;

const STATES: Record<string, string> = {
  R: 'running',
  S: 'sleeping',
  D: 'waiting for I/O',
  Z: 'zombie',
  T: 'stopped',
  t: 'traced',
  I: 'idle',
};

/** RA-2: processes from /proc. The start token is the start time in ticks since boot (field 22 of stat). */
export function createProcessControl(root: string, now: () => number): ProcessControl {
  const users = createUserNames(root);
  return {
    watch() {
      let last = new Map<string, number>();
      let lastAt = 0;
      return {
        snapshot() {
          const at = now();
          const bootedAt = readBootTime(root);
          const seen = new Map<string, number>();
          const processes = listPids(root).flatMap((pid) => {
            const stat = readStat(root, pid);
            if (!stat) return [];
            const key = `${pid} ${stat.startTicks}`;
            const before = last.get(key);
            seen.set(key, stat.cpuTicks);
            const cpuPercent =
              before === undefined
                ? null
                : round((100_000 * (stat.cpuTicks - before)) / TICKS_PER_SECOND / Math.max(1, at - lastAt));
            return [describe(root, pid, stat, { users, bootedAt, cpuPercent })];
          });
          last = seen;
          lastAt = at;
          return processes;
        },
      };
    },
    startToken(pid) {
      const stat = readStat(root, pid);
      return stat && stat.state !== 'Z' && stat.state !== 'X' ? stat.startTicks : undefined;
    },
    end(pid, startToken, force) {
      const sent = signalProcess(pid, force ? SIGKILL : SIGTERM, () => this.startToken(pid) === startToken);
      return sent ? 'sent' : 'gone';
    },
  };
}

type Stat = {
  readonly name: string;
  readonly state: string;
  readonly parentPid: number;
  readonly cpuTicks: number;
  readonly threads: number;
  readonly startTicks: string;
  readonly residentPages: number;
};

/** One /proc/PID/stat (proc(5)); the name is in brackets and may itself hold brackets and blanks. */
export function parseStat(text: string): Stat | undefined {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return undefined;
  const columns = text.slice(close + 2).split(' ');
  return {
    name: text.slice(open + 1, close),
    state: columns[0] ?? '?',
    parentPid: Number(columns[1]),
    cpuTicks: Number(columns[11]) + Number(columns[12]),
    threads: Number(columns[17]),
    startTicks: columns[19] ?? '0',
    residentPages: Number(columns[21]),
  };
}

function readStat(root: string, pid: number): Stat | undefined {
  try {
    return parseStat(readFileSync(`${root}/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined; // ended between listing and looking
  }
}

type Context = {
  readonly users: (uid: number) => string;
  readonly bootedAt: number;
  readonly cpuPercent: number | null;
};

function describe(root: string, pid: number, stat: Stat, context: Context): Process {
  const folder = `${root}/proc/${pid}`;
  const command = (readText(`${folder}/cmdline`) ?? '').replaceAll('\0', ' ').trim();
  const startedAt = context.bootedAt + (Number(stat.startTicks) * 1000) / TICKS_PER_SECOND;
  return {
    pid,
    parentPid: stat.parentPid,
    startToken: stat.startTicks,
    name: stat.name,
    command: (command || `[${stat.name}]`).slice(0, MAX_COMMAND_LENGTH),
    user: ownerOf(folder, context.users),
    state: STATES[stat.state] ?? stat.state,
    cpuPercent: context.cpuPercent,
    memoryBytes: Math.max(0, stat.residentPages) * PAGE_BYTES,
    threads: stat.threads,
    startedAt: new Date(startedAt).toISOString(),
  };
}

function ownerOf(folder: string, users: (uid: number) => string): string | null {
  try {
    return users(statSync(folder).uid);
  } catch {
    return null;
  }
}

function listPids(root: string): number[] {
  return readdirSync(`${root}/proc`)
    .filter((name) => name >= '0' && name < ':')
    .map(Number);
}

/** When the system booted, in wall-clock milliseconds, as the kernel reckons it now. */
function readBootTime(root: string): number {
  const text = readText(`${root}/proc/stat`) ?? '';
  const [, seconds = '0'] = /^btime (\d+)$/m.exec(text) ?? [];
  return Number(seconds) * 1000;
}

/** Names from /etc/passwd, read again when it changes; a number where there is no name. */
function createUserNames(root: string): (uid: number) => string {
  let names = new Map<number, string>();
  let readAt = -1;
  return (uid) => {
    const path = `${root}/etc/passwd`;
    const changedAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (changedAt !== readAt) {
      readAt = changedAt;
      names = new Map(
        (readText(path) ?? '').split('\n').map((line) => {
          const [name = '', , id] = line.split(':');
          return [Number(id), name];
        }),
      );
    }
    return names.get(uid) ?? String(uid);
  };
}

function round(percent: number): number {
  return Math.max(0, Math.round(percent * 10) / 10);
}

/** From the ELF auxiliary vector (AT_PAGESZ = 6): arm64 systems have pages of 4, 16 or 64 KiB. */
function pageBytes(): number {
  try {
    const words = readFileSync('/proc/self/auxv');
    const read = (at: number) => Number(words.readBigUInt64LE(at));
    for (let at = 0; at + 16 <= words.length; at += 16) if (read(at) === 6) return read(at + 8);
  } catch {
    // not Linux: only the parser is used then
  }
  return 4096;
}
