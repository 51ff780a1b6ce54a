import { readdirSync, readFileSync } from 'node:fs';

/** What the kernel counts of one process. */
export type ProcessFigures = {
  readonly residentBytes: number;
  /** Private pages that hold something of its own: the kernel cannot drop them and read them again from a file. */
  readonly unsharedBytes: number;
  /** Private pages with those of the program's file that nobody else maps at the moment. */
  readonly privateBytes: number;
  /** Processor time so far, milliseconds. */
  readonly cpuMs: number;
  /** Times that a thread of it went to sleep and was woken again, so far. */
  readonly wakeUps: number;
  /** Pages that were not in memory when they were touched, so far: each puts its thread to sleep until the disk answers. */
  readonly pagesRead: number;
};

/** Of Linux on every architecture that Bun runs on. */
const TICK_MS = 10;

/** Resident memory of a process, bytes. */
export function residentBytes(pid: number): number {
  return kilobytes(readFileSync(`/proc/${pid}/status`, 'utf8'), 'VmRSS');
}

/** Processor time and pages read back, of /proc/PID/stat. */
function counted(pid: number): Pick<ProcessFigures, 'cpuMs' | 'pagesRead'> {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in parentheses may hold spaces; majflt is field 12, utime and stime are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { pagesRead: Number(fields[9]), cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS };
}

/** Everything at once; reading the shares costs the kernel a walk over the process's pages. */
export function processFigures(pid: number): ProcessFigures {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return {
    residentBytes: residentBytes(pid),
    unsharedBytes: kilobytes(rollup, 'Private_Dirty'),
    privateBytes: kilobytes(rollup, 'Private_Clean') + kilobytes(rollup, 'Private_Dirty'),
    ...counted(pid),
    wakeUps: wakeUps(pid),
  };
}

function wakeUps(pid: number): number {
  let count = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const status = readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8');
    count += field(status, 'voluntary_ctxt_switches');
  }
  return count;
}

function kilobytes(text: string, name: string): number {
  return field(text, name) * 1_024;
}

function field(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? Number.NaN);
}
