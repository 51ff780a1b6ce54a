import { CString, dlopen, type Pointer, read, FFIType as T } from 'bun:ffi';

/** 64-bit inodes have names of their own on Intel, and are the only kind on Apple's processors. */
const GETFSSTAT = process.arch === 'x64' ? 'getfsstat$INODE64' : 'getfsstat';

/** What the agent calls in libSystem: documented calls, and libproc.h. */
export const libSystem = dlopen('/usr/lib/libSystem.B.dylib', {
  clock_gettime_nsec_np: { args: [T.i32], returns: T.u64_fast },
  getloadavg: { args: [T.ptr, T.i32], returns: T.i32 },
  getpwuid: { args: [T.u32], returns: T.ptr },
  host_statistics: { args: [T.u32, T.i32, T.ptr, T.ptr], returns: T.i32 },
  host_statistics64: { args: [T.u32, T.i32, T.ptr, T.ptr], returns: T.i32 },
  mach_host_self: { args: [], returns: T.u32 },
  mach_timebase_info: { args: [T.ptr], returns: T.i32 },
  proc_listallpids: { args: [T.ptr, T.i32], returns: T.i32 },
  proc_pidinfo: { args: [T.i32, T.i32, T.u64, T.ptr, T.i32], returns: T.i32 },
  sysctl: { args: [T.ptr, T.u32, T.ptr, T.ptr, T.ptr, T.u64], returns: T.i32 },
  sysctlbyname: { args: [T.ptr, T.ptr, T.ptr, T.ptr, T.u64], returns: T.i32 },
  [GETFSSTAT]: { args: [T.ptr, T.i32, T.i32], returns: T.i32 },
}).symbols;

const CLOCK_MONOTONIC_RAW = 4;
const MNT_NOWAIT = 2;

/** Milliseconds since boot, sleep included (mach_continuous_time). */
export function uptimeMs(): number {
  return Number(libSystem.clock_gettime_nsec_np(CLOCK_MONOTONIC_RAW)) / 1e6;
}

/** A system setting by name; undefined where this system has none. */
export function readSetting(name: string, size = 1024): Uint8Array<ArrayBuffer> | undefined {
  const bytes = new Uint8Array(new ArrayBuffer(size));
  const length = new BigUint64Array([BigInt(size)]);
  const code = libSystem.sysctlbyname(Buffer.from(`${name}\0`), bytes, length, null, 0);
  return code === 0 ? bytes.subarray(0, Number(length[0])) : undefined;
}

/** The same as text. */
export function readText(name: string): string {
  return Buffer.from(readSetting(name) ?? [])
    .toString('utf8')
    .replace(/\0[\s\S]*$/, '')
    .trim();
}

/** The same as a number of 32 or 64 bits. */
export function readNumber(name: string): number {
  const bytes = readSetting(name, 8);
  const view = bytes && new DataView(bytes.buffer, 0, bytes.length);
  if (!view) return 0;
  return view.byteLength === 8 ? Number(view.getBigUint64(0, true)) : view.getUint32(0, true);
}

/** A system table by its numbers; undefined when the system refuses. Grows until the table fits. */
export function readTable(numbers: readonly number[], firstBytes: number): Uint8Array | undefined {
  const name = new Int32Array(numbers);
  for (let size = firstBytes; size <= 16 * 1024 * 1024; size *= 2) {
    const bytes = new Uint8Array(new ArrayBuffer(size));
    const length = new BigUint64Array([BigInt(size)]);
    if (libSystem.sysctl(name, name.length, bytes, length, null, 0) === 0) {
      return bytes.subarray(0, Number(length[0]));
    }
  }
  return undefined;
}

/** The table of mounted file systems, as an array of `struct statfs` of `entryBytes` each. */
export function readMounts(most: number, entryBytes: number): Uint8Array {
  const bytes = new Uint8Array(new ArrayBuffer(most * entryBytes));
  const count = Number(libSystem[GETFSSTAT]?.(bytes, bytes.length, MNT_NOWAIT));
  return bytes.subarray(0, Math.max(0, count) * entryBytes);
}

/** Name of a user by number, as the directory services know it. */
export function userName(uid: number): string {
  const entry = libSystem.getpwuid(uid);
  if (!entry) return String(uid);
  // struct passwd begins with the pointer to the name
  return String(new CString(read.ptr(entry, 0) as Pointer));
}
