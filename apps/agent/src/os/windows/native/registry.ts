import { dlopen, FFIType as T } from 'bun:ffi';
import { WindowsError } from './kernel32.ts';
import { fromWide, toWide, toWideList } from './wide.ts';

const advapi32 = dlopen('advapi32.dll', {
  RegGetValueW: { args: [T.i64_fast, T.ptr, T.ptr, T.u32, T.ptr, T.ptr, T.ptr], returns: T.i32 },
  RegSetKeyValueW: { args: [T.i64_fast, T.ptr, T.ptr, T.u32, T.ptr, T.u32], returns: T.i32 },
}).symbols;

const HKEY_LOCAL_MACHINE = 0x80000002 | 0;
const RRF_RT_REG_SZ = 0x2;
const RRF_RT_REG_DWORD = 0x10;
/** The 64-bit view, whatever the program is. */
const RRF_SUBKEY_WOW6464KEY = 0x10000;
const REG_MULTI_SZ = 7;

/** A string below HKEY_LOCAL_MACHINE; empty where there is none. */
export function readRegistryText(key: string, name: string): string {
  const bytes = read(key, name, RRF_RT_REG_SZ, 2048);
  return bytes ? fromWide(bytes).trim() : '';
}

/** A number below HKEY_LOCAL_MACHINE. */
export function readRegistryNumber(key: string, name: string): number | undefined {
  const bytes = read(key, name, RRF_RT_REG_DWORD, 4);
  return bytes && new DataView(bytes.buffer).getUint32(0, true);
}

function read(key: string, name: string, flags: number, size: number): Uint8Array | undefined {
  const bytes = new Uint8Array(size);
  const length = new Uint32Array([size]);
  const code = advapi32.RegGetValueW(
    HKEY_LOCAL_MACHINE,
    toWide(key),
    toWide(name),
    flags | RRF_SUBKEY_WOW6464KEY,
    null,
    bytes,
    length,
  );
  return code === 0 ? bytes.subarray(0, length[0]) : undefined;
}

/** Writes a list of strings below HKEY_LOCAL_MACHINE. */
export function writeRegistryList(key: string, name: string, texts: readonly string[]): void {
  const bytes = toWideList(texts);
  const code = advapi32.RegSetKeyValueW(
    HKEY_LOCAL_MACHINE,
    toWide(key),
    toWide(name),
    REG_MULTI_SZ,
    bytes,
    bytes.length,
  );
  if (code !== 0) throw new WindowsError('RegSetKeyValue', code);
}
