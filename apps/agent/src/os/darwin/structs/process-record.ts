/** One process as `struct proc_taskallinfo` tells it (sys/proc_info.h). Processor times are in Mach ticks. */
export type ProcessRecord = {
  readonly pid: number;
  readonly parentPid: number;
  readonly uid: number;
  readonly name: string;
  readonly startedSeconds: number;
  readonly startedMicroseconds: number;
  readonly isZombie: boolean;
  readonly residentBytes: number;
  readonly cpuTicks: number;
  readonly threads: number;
  readonly runningThreads: number;
};

/** sizeof(struct proc_taskallinfo): 136 of proc_bsdinfo, then 96 of proc_taskinfo. */
export const PROCESS_RECORD_BYTES = 232;
const STATUS = 4;
const PID = 12;
const PARENT_PID = 16;
const UID = 20;
const SHORT_NAME = 48;
const SHORT_NAME_BYTES = 16;
const LONG_NAME = 64;
const LONG_NAME_BYTES = 32;
const START_SECONDS = 120;
const START_MICROSECONDS = 128;
const TASK = 136;
const RESIDENT = TASK + 8;
const USER_TIME = TASK + 16;
const SYSTEM_TIME = TASK + 24;
const THREADS = TASK + 84;
const RUNNING_THREADS = TASK + 88;
const ZOMBIE = 5;

/** Reads a record that `proc_pidinfo(PROC_PIDTASKALLINFO)` filled. */
export function parseProcessRecord(bytes: Uint8Array): ProcessRecord {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    pid: view.getUint32(PID, true),
    parentPid: view.getUint32(PARENT_PID, true),
    uid: view.getUint32(UID, true),
    name: text(bytes, LONG_NAME, LONG_NAME_BYTES) || text(bytes, SHORT_NAME, SHORT_NAME_BYTES),
    startedSeconds: Number(view.getBigUint64(START_SECONDS, true)),
    startedMicroseconds: Number(view.getBigUint64(START_MICROSECONDS, true)),
    isZombie: view.getUint32(STATUS, true) === ZOMBIE,
    residentBytes: Number(view.getBigUint64(RESIDENT, true)),
    cpuTicks: Number(view.getBigUint64(USER_TIME, true) + view.getBigUint64(SYSTEM_TIME, true)),
    threads: view.getInt32(THREADS, true),
    runningThreads: view.getInt32(RUNNING_THREADS, true),
  };
}

/**
 * The words of a command line from `sysctl(KERN_PROCARGS2)`: their number, the program's path, zeros up to a boundary,
 * then the words, each ended by a zero, and the environment behind them, which is nobody's business.
 */
export function parseCommandLine(bytes: Uint8Array): string {
  if (bytes.length < 4) return '';
  const count = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  let at = bytes.indexOf(0, 4);
  while (at >= 0 && at < bytes.length && bytes[at] === 0) at++;
  const words: string[] = [];
  while (at >= 0 && at < bytes.length && words.length < count) {
    const end = bytes.indexOf(0, at);
    words.push(Buffer.from(bytes.subarray(at, end < 0 ? bytes.length : end)).toString('utf8'));
    if (end < 0) break;
    at = end + 1;
  }
  return words.join(' ').trim();
}

function text(bytes: Uint8Array, at: number, size: number): string {
  return Buffer.from(bytes.subarray(at, at + size))
    .toString('utf8')
    .replace(/\0[\s\S]*$/, '');
}
