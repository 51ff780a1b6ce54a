import { kernel32, WindowsError } from './native/kernel32.ts';

const THIS_PROCESS = -1;
/** PROCESS_MEMORY_COUNTERS: size and faults (32 bits each), peak and present working set (64 bits each), and more. */
const COUNTERS_BYTES = 72;
const counters = new DataView(new ArrayBuffer(COUNTERS_BYTES));
const countersBytes = new Uint8Array(counters.buffer);

/** What of this process is in memory now. */
export function residentBytes(): number {
  counters.setUint32(0, COUNTERS_BYTES, true);
  if (!kernel32.K32GetProcessMemoryInfo(THIS_PROCESS, countersBytes, COUNTERS_BYTES)) {
    throw new WindowsError('GetProcessMemoryInfo', kernel32.GetLastError());
  }
  return Number(counters.getBigUint64(16, true));
}

/** Takes every page out of the working set; those that are still used come back without a look at the disk. */
export function emptyWorkingSet(): void {
  kernel32.K32EmptyWorkingSet(THIS_PROCESS);
}
