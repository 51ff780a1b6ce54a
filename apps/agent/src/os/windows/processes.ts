import type { Process } from '@muster/contracts';
import type { ProcessControl } from '../os.ts';
import { closeWindows } from './close-windows.ts';
import { kernel32, WindowsError } from './native/kernel32.ts';
import { queryProcess, queryProcessTable } from './native/ntdll.ts';
import { PROCESS_ACCESS, type ProcessDetails, readDetails } from './process-details.ts';
import { fileTimeToMs } from './tables/file-time.ts';
import { parseProcessTable, type TableEntry } from './tables/process-table.ts';

const SYSTEM_PID = 4;
const EXIT_CODE = 1;
/** NtQueryInformationProcess: whether the machine stops when this process ends. */
const BREAK_ON_TERMINATION = 29;
/** 100 ns units of processor time in a percent of a millisecond. */
const UNITS_PER_PERCENT_MS = 100;

/** RA-2: processes from the kernel's table. The start token is the creation time, in 100 ns units since 1601. */
export function createProcessControl(now: () => number): ProcessControl {
  return {
    watch() {
      let last = new Map<string, Seen>();
      let lastAt = 0;
      return {
        snapshot() {
          const at = now();
          const seen = new Map<string, Seen>();
          const processes = parseProcessTable(queryProcessTable()).map((entry) => {
            const key = `${entry.pid} ${entry.created}`;
            const before = last.get(key);
            // owner and command line never change: each process is opened once in a watch
            const details = before?.details ?? readDetails(entry.pid);
            seen.set(key, { cpuTime: entry.cpuTime, details });
            const cpuPercent = before
              ? round((entry.cpuTime - before.cpuTime) / UNITS_PER_PERCENT_MS / Math.max(1, at - lastAt))
              : null;
            return describe(entry, details, cpuPercent);
          });
          last = seen;
          lastAt = at;
          return processes;
        },
      };
    },
    startToken: (pid) => withProcess(pid, PROCESS_ACCESS.QUERY_LIMITED, creationOf)?.toString(),
    end(pid, startToken, force) {
      const { QUERY_LIMITED, TERMINATE } = PROCESS_ACCESS;
      const access = force ? QUERY_LIMITED | TERMINATE : QUERY_LIMITED;
      const outcome = withProcess(pid, access, (handle) => {
        if (creationOf(handle)?.toString() !== startToken) return 'gone';
        refuseCritical(pid, handle);
        if (!force) return closeWindows(pid) > 0 ? 'sent' : 'unaskable';
        if (kernel32.TerminateProcess(handle, EXIT_CODE)) return 'sent';
        throw new WindowsError('TerminateProcess', kernel32.GetLastError());
      });
      return outcome ?? 'gone';
    },
  };
}

type Seen = { readonly cpuTime: number; readonly details: ProcessDetails };

/** Undefined when there is no such process. While the handle is held, the pid cannot become another process. */
function withProcess<Result>(
  pid: number,
  access: number,
  use: (handle: number) => Result,
): Result | undefined {
  const handle = Number(kernel32.OpenProcess(access, 0, pid));
  if (handle === 0) {
    const code = kernel32.GetLastError();
    if (!parseProcessTable(queryProcessTable()).some((entry) => entry.pid === pid)) return undefined;
    throw new WindowsError(`OpenProcess(${pid})`, code);
  }
  try {
    return use(handle);
  } finally {
    kernel32.CloseHandle(handle);
  }
}

/** Windows stops with a blue screen when one of these ends (csrss, services, lsass and a few more). */
function refuseCritical(pid: number, handle: number): void {
  const flag = queryProcess(handle, BREAK_ON_TERMINATION, 4);
  if (flag?.bytes.some((byte) => byte !== 0)) {
    throw new Error(`process ${pid} is critical: Windows itself would stop with it`);
  }
}

/** Undefined for a process that has ended and is only kept because somebody holds a handle. */
function creationOf(handle: number): bigint | undefined {
  const created = new BigUint64Array(1);
  const ended = new BigUint64Array(1);
  const unused = new BigUint64Array(1);
  if (!kernel32.GetProcessTimes(handle, created, ended, unused, unused)) {
    throw new WindowsError('GetProcessTimes', kernel32.GetLastError());
  }
  return ended[0] === 0n ? created[0] : undefined;
}

function describe(entry: TableEntry, details: ProcessDetails, cpuPercent: number | null): Process {
  return {
    pid: entry.pid,
    parentPid: entry.parentPid,
    startToken: entry.created.toString(),
    name: entry.name,
    command: details.command || entry.name,
    user: details.user ?? (entry.pid === SYSTEM_PID ? 'NT AUTHORITY\\SYSTEM' : null),
    state: entry.state,
    cpuPercent,
    memoryBytes: entry.workingSetBytes,
    threads: entry.threads,
    startedAt: entry.created > 0n ? new Date(fileTimeToMs(entry.created)).toISOString() : null,
  };
}

function round(percent: number): number {
  return Math.max(0, Math.round(percent * 10) / 10);
}
