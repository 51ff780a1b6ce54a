import type { Process } from '@muster/contracts';
import type { ProcessControl } from '../os.ts';
import { libSystem, readTable, uptimeMs, userName } from './native/system.ts';
import {
  PROCESS_RECORD_BYTES,
  type ProcessRecord,
  parseCommandLine,
  parseProcessRecord,
} from './structs/process-record.ts';

const PROC_PIDTASKALLINFO = 2;
const CTL_KERN = 1;
const KERN_PROCARGS2 = 49;
const ARGUMENT_BYTES = 64 * 1024;
const MAX_COMMAND_LENGTH = 1024;

/**
 * RA-2: processes by libproc. The start token is the start time to the microsecond. There is no handle that holds a
 * process, so between looking and signalling a pid could in theory become another process.
 */
export function createProcessControl(): ProcessControl {
  const tickNanoseconds = readTickLength();
  return {
    watch() {
      let last = new Map<string, Seen>();
      let lastAt = 0;
      return {
        snapshot() {
          const at = uptimeMs();
          const seen = new Map<string, Seen>();
          const processes = listPids().flatMap((pid) => {
            const record = readRecord(pid);
            if (!record) return [];
            const key = `${pid} ${tokenOf(record)}`;
            const before = last.get(key);
            const cpuMs = (record.cpuTicks * tickNanoseconds) / 1e6;
            const command = before?.command ?? readCommand(pid);
            seen.set(key, { cpuMs, command });
            const share = before && (100 * (cpuMs - before.cpuMs)) / Math.max(1, at - lastAt);
            return [describe(record, command, share)];
          });
          last = seen;
          lastAt = at;
          return processes;
        },
      };
    },
    startToken(pid) {
      const record = readRecord(pid);
      return record && !record.isZombie ? tokenOf(record) : undefined;
    },
    end(pid, startToken, force) {
      if (this.startToken(pid) !== startToken) return 'gone';
      try {
        process.kill(pid, force ? 'SIGKILL' : 'SIGTERM');
        return 'sent';
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'gone';
        throw error;
      }
    },
  };
}

/** How many processes there are. */
export function countProcesses(): number {
  return listPids().length;
}

/** What of this process is in memory now. */
export function residentBytes(): number {
  return readRecord(process.pid)?.residentBytes ?? 0;
}

type Seen = { readonly cpuMs: number; readonly command: string };

function listPids(): number[] {
  const pids = new Int32Array(16 * 1024);
  const count = Number(libSystem.proc_listallpids(pids, pids.byteLength));
  return [...pids.subarray(0, Math.max(0, count))].filter((pid) => pid > 0);
}

function readRecord(pid: number): ProcessRecord | undefined {
  const bytes = new Uint8Array(PROCESS_RECORD_BYTES);
  const length = libSystem.proc_pidinfo(pid, PROC_PIDTASKALLINFO, 0, bytes, PROCESS_RECORD_BYTES);
  return Number(length) === PROCESS_RECORD_BYTES ? parseProcessRecord(bytes) : undefined;
}

function readCommand(pid: number): string {
  const words = readTable([CTL_KERN, KERN_PROCARGS2, pid], ARGUMENT_BYTES);
  return words ? parseCommandLine(words) : '';
}

function tokenOf({ startedSeconds, startedMicroseconds }: ProcessRecord): string {
  return `${startedSeconds}.${String(startedMicroseconds).padStart(6, '0')}`;
}

function describe(record: ProcessRecord, command: string, share: number | undefined): Process {
  const startedMs = record.startedSeconds * 1000 + record.startedMicroseconds / 1000;
  return {
    pid: record.pid,
    parentPid: record.parentPid,
    startToken: tokenOf(record),
    name: record.name,
    command: (command || record.name).slice(0, MAX_COMMAND_LENGTH),
    user: userName(record.uid),
    state: record.isZombie ? 'zombie' : record.runningThreads > 0 ? 'running' : 'sleeping',
    cpuPercent: share === undefined ? null : Math.max(0, Math.round(share * 10) / 10),
    memoryBytes: record.residentBytes,
    threads: record.threads,
    startedAt: new Date(startedMs).toISOString(),
  };
}

/** Nanoseconds in a Mach tick: 1 on Intel, 125/3 on Apple's processors. */
function readTickLength(): number {
  const base = new Uint32Array([1, 1]);
  libSystem.mach_timebase_info(base);
  return (base[0] ?? 1) / (base[1] || 1);
}
