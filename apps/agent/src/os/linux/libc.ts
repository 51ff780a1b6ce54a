import { dlopen, FFIType, ptr } from 'bun:ffi';

const CLOCK_BOOTTIME = 7;
const MADV_DONTNEED = 4;
const SYS_PIDFD_SEND_SIGNAL = 424;
const SYS_PIDFD_OPEN = 434;

const NAMES = ['libc.so.6', 'libc.musl-x86_64.so.1', 'libc.musl-aarch64.so.1'];

function open() {
  for (const name of NAMES) {
    try {
      return dlopen(name, {
        clock_gettime: { args: [FFIType.i32, FFIType.ptr], returns: FFIType.i32 },
        madvise: { args: [FFIType.u64, FFIType.u64, FFIType.i32], returns: FFIType.i32 },
        syscall: {
          args: [FFIType.i64, FFIType.i64, FFIType.i64, FFIType.i64, FFIType.i64],
          returns: FFIType.i64,
        },
        close: { args: [FFIType.i32], returns: FFIType.i32 },
      }).symbols;
    } catch {
      // the next C library
    }
  }
  throw new Error('no C library was found');
}

const libc = open();
const timespec = new BigInt64Array(2);
const timespecAt = ptr(timespec);

/** Milliseconds since boot, sleep included (clock_gettime(2), CLOCK_BOOTTIME). */
export function bootTimeMs(): number {
  libc.clock_gettime(CLOCK_BOOTTIME, timespecAt);
  return Number(timespec[0]) * 1000 + Number(timespec[1]) / 1e6;
}

/**
 * Takes the pages of a mapping out of this process (madvise(2), MADV_DONTNEED). What was never written comes back from the
 * system's cache of the file when it is touched; what was written is lost.
 */
export function unmapPages(address: number, length: number): void {
  libc.madvise(BigInt(address), BigInt(length), MADV_DONTNEED);
}

/**
 * Signals a process through a descriptor of it, so that the pid cannot become another process between looking and
 * signalling. `isStillIt` is asked when the descriptor is held. False: there is no such process.
 */
export function signalProcess(pid: number, signal: number, isStillIt: () => boolean): boolean {
  const descriptor = Number(libc.syscall(SYS_PIDFD_OPEN, pid, 0, 0, 0));
  if (descriptor < 0) return signalByPid(pid, signal, isStillIt);
  try {
    if (!isStillIt()) return false;
    if (Number(libc.syscall(SYS_PIDFD_SEND_SIGNAL, descriptor, signal, 0, 0)) === 0) return true;
    return signalByPid(pid, signal, isStillIt);
  } finally {
    libc.close(descriptor);
  }
}

/** For kernels before 5.3, and to learn the reason of a failure. */
function signalByPid(pid: number, signal: number, isStillIt: () => boolean): boolean {
  if (!isStillIt()) return false;
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
