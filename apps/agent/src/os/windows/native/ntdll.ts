import { dlopen, ptr, FFIType as T } from 'bun:ffi';
import { fixedBytes } from './fixed-bytes.ts';

const ntdll = dlopen('ntdll.dll', {
  NtQuerySystemInformation: { args: [T.i32, T.ptr, T.u32, T.ptr], returns: T.i32 },
  NtQueryInformationProcess: { args: [T.i64_fast, T.i32, T.ptr, T.u32, T.ptr], returns: T.i32 },
  RtlGetVersion: { args: [T.ptr], returns: T.i32 },
}).symbols;

const STATUS_INFO_LENGTH_MISMATCH = 0xc0000004 | 0;
const SYSTEM_PAGE_FILES = 18;
const SYSTEM_PROCESSES = 5;
const FIRST_BYTES = 256 * 1024;
const MOST_BYTES = 32 * 1024 * 1024;

/** A table as the kernel wrote it. Pointers in it are absolute: `base` is the address of its first byte. */
export type NativeTable = { readonly bytes: Uint8Array; readonly base: number };

/** The process table (SystemProcessInformation); the bytes are the caller's own. */
export function queryProcessTable(): NativeTable {
  const table = querySystem(SYSTEM_PROCESSES, FIRST_BYTES);
  if (!table) throw new Error('Windows does not list its processes (NtQuerySystemInformation)');
  return table;
}

/** The page files (SystemPageFileInformation); undefined where the system does not say. */
export function queryPageFiles(): NativeTable | undefined {
  return querySystem(SYSTEM_PAGE_FILES, 4096);
}

function querySystem(what: number, firstBytes: number): NativeTable | undefined {
  const needed = new Uint32Array(1);
  for (let size = firstBytes; size <= MOST_BYTES; size = Math.max(size * 2, (needed[0] ?? 0) + 65_536)) {
    const bytes = fixedBytes(size);
    const status = ntdll.NtQuerySystemInformation(what, bytes, size, needed);
    if (status === 0) return { bytes: bytes.subarray(0, needed[0]), base: ptr(bytes) };
    if (status !== STATUS_INFO_LENGTH_MISMATCH) return undefined;
  }
  return undefined;
}

/** One of the kinds of NtQueryInformationProcess, as many bytes as it has; undefined when the system refuses. */
export function queryProcess(handle: number, what: number, size: number): NativeTable | undefined {
  const bytes = fixedBytes(size);
  const status = ntdll.NtQueryInformationProcess(handle, what, bytes, size, new Uint32Array(1));
  return status === 0 ? { bytes, base: ptr(bytes) } : undefined;
}

/** The version that the system really has, whatever it tells programs without a manifest: "10.0.19045". */
export function readVersion(): { text: string; build: number; isServer: boolean } {
  // RTL_OSVERSIONINFOEXW: size, major, minor, build, platform, 128 characters, …, product type at 282
  const info = new DataView(new ArrayBuffer(284));
  info.setUint32(0, 284, true);
  ntdll.RtlGetVersion(new Uint8Array(info.buffer));
  const build = info.getUint32(12, true);
  return {
    text: `${info.getUint32(4, true)}.${info.getUint32(8, true)}.${build}`,
    build,
    isServer: info.getUint8(282) !== 1,
  };
}
