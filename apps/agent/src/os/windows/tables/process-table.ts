import type { NativeTable } from '../native/ntdll.ts';
import { fromWide } from '../native/wide.ts';

/** One process of the kernel's table. Times are 100 ns units; `created` is a FILETIME. */
export type TableEntry = {
  readonly pid: number;
  readonly parentPid: number;
  readonly name: string;
  readonly sessionId: number;
  readonly created: bigint;
  readonly cpuTime: number;
  readonly threads: number;
  readonly workingSetBytes: number;
  readonly state: 'running' | 'sleeping' | 'suspended';
};

/** Offsets in SYSTEM_PROCESS_INFORMATION of 64-bit Windows (winternl.h, phnt); its threads follow it. */
const NEXT = 0;
const THREADS = 4;
const CREATED = 32;
const USER_TIME = 40;
const KERNEL_TIME = 48;
const NAME_LENGTH = 56;
const NAME_POINTER = 64;
const PID = 80;
const PARENT_PID = 88;
const SESSION = 100;
const WORKING_SET = 144;
const FIXED_BYTES = 256;
/** SYSTEM_THREAD_INFORMATION. */
const THREAD_BYTES = 80;
const THREAD_STATE = 68;
const WAIT_REASON = 72;
const STATE_RUNNING = 2;
const STATE_WAITING = 5;
const REASON_SUSPENDED = 5;

/** Reads the whole table. The idle process (pid 0) is the processor's idle time and left out. */
export function parseProcessTable({ bytes, base }: NativeTable): TableEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: TableEntry[] = [];
  for (let at = 0; at + FIXED_BYTES <= bytes.length; ) {
    const pid = Number(view.getBigUint64(at + PID, true));
    const nameBytes = view.getUint16(at + NAME_LENGTH, true);
    const nameAt = Number(view.getBigUint64(at + NAME_POINTER, true)) - base;
    const hasName = nameBytes > 0 && nameAt >= 0 && nameAt + nameBytes <= bytes.length;
    if (pid !== 0) {
      entries.push({
        pid,
        parentPid: Number(view.getBigUint64(at + PARENT_PID, true)),
        name: hasName ? fromWide(bytes, nameAt, nameBytes) : 'System',
        sessionId: view.getUint32(at + SESSION, true),
        created: view.getBigUint64(at + CREATED, true),
        cpuTime: Number(view.getBigUint64(at + USER_TIME, true) + view.getBigUint64(at + KERNEL_TIME, true)),
        threads: view.getUint32(at + THREADS, true),
        workingSetBytes: Number(view.getBigUint64(at + WORKING_SET, true)),
        state: stateOf(view, at),
      });
    }
    const next = view.getUint32(at + NEXT, true);
    if (next === 0) break;
    at += next;
  }
  return entries;
}

function stateOf(view: DataView, at: number): TableEntry['state'] {
  const threads = view.getUint32(at + THREADS, true);
  let suspended = 0;
  for (let index = 0; index < threads; index++) {
    const thread = at + FIXED_BYTES + index * THREAD_BYTES;
    if (thread + THREAD_BYTES > view.byteLength) break;
    const state = view.getUint32(thread + THREAD_STATE, true);
    if (state === STATE_RUNNING) return 'running';
    if (state === STATE_WAITING && view.getUint32(thread + WAIT_REASON, true) === REASON_SUSPENDED)
      suspended++;
  }
  return threads > 0 && suspended === threads ? 'suspended' : 'sleeping';
}

/**
 * What tells this boot from any other: the Service Control Manager is made once at boot and its end would stop the
 * machine, and the time at which it was made is a stored value that no later change of the clock touches. (The boot
 * time that Windows itself reports moves with the clock, and the boot environment's identifier names the boot entry,
 * not the boot.) After a fast start-up it is the same process, and so are the services: then it is the same boot.
 */
export function findBootMark(entries: readonly TableEntry[]): string | undefined {
  const oldest = entries
    .filter((entry) => entry.name.toLowerCase() === 'services.exe')
    .sort((one, other) => (one.created < other.created ? -1 : 1))[0];
  return oldest && `${oldest.created}:${oldest.pid}`;
}
