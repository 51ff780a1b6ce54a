import { dlopen, FFIType as T } from 'bun:ffi';
import type { RegistryPlace, RegistryTree, RegistryValue } from '../inventory/registry-tree.ts';
import { fromWide, toWide } from './wide.ts';

const HKEY = T.i64_fast;

const advapi32 = dlopen('advapi32.dll', {
  RegOpenKeyExW: { args: [HKEY, T.ptr, T.u32, T.u32, T.ptr], returns: T.i32 },
  RegEnumKeyExW: { args: [HKEY, T.u32, T.ptr, T.ptr, T.ptr, T.ptr, T.ptr, T.ptr], returns: T.i32 },
  RegEnumValueW: { args: [HKEY, T.u32, T.ptr, T.ptr, T.ptr, T.ptr, T.ptr, T.ptr], returns: T.i32 },
  RegCloseKey: { args: [HKEY], returns: T.i32 },
}).symbols;

const ROOTS = { machine: 0x80000002 | 0, users: 0x80000003 | 0 } as const;
const KEY_READ = 0x20019;
const VIEWS = { 64: 0x100, 32: 0x200 } as const;
const SZ = 1;
const EXPAND_SZ = 2;
const BINARY = 3;
const DWORD = 4;
const QWORD = 11;
const ERROR_SUCCESS = 0;
const ERROR_MORE_DATA = 234;
/** The longest name of a key is 255 characters, of a value 16,383; what is larger as a value is skipped. */
const MOST_NAME = 16_384;
const MOST_VALUE_BYTES = 16_384;
const MOST_ENTRIES = 100_000;

/** The registry of this machine, read only. */
export const registryTree: RegistryTree = {
  keys: (place) =>
    withKey(place, (key) => {
      const names: string[] = [];
      const name = new Uint8Array(MOST_NAME * 2);
      for (let at = 0; at < MOST_ENTRIES; at += 1) {
        const length = new Uint32Array([MOST_NAME]);
        if (advapi32.RegEnumKeyExW(key, at, name, length, null, null, null, null) !== ERROR_SUCCESS) break;
        names.push(fromWide(name, 0, (length[0] ?? 0) * 2));
      }
      return names;
    }) ?? [],
  values: (place) => withKey(place, readValues),
};

function withKey<Result>(place: RegistryPlace, use: (key: number) => Result): Result | undefined {
  const opened = new BigInt64Array(1);
  const access = KEY_READ | VIEWS[place.view ?? 64];
  if (advapi32.RegOpenKeyExW(ROOTS[place.root ?? 'machine'], toWide(place.path), 0, access, opened) !== 0)
    return undefined;
  const key = Number(opened[0]);
  try {
    return use(key);
  } finally {
    advapi32.RegCloseKey(key);
  }
}

function readValues(key: number): Readonly<Record<string, RegistryValue>> {
  const found: Record<string, RegistryValue> = {};
  const name = new Uint8Array(MOST_NAME * 2);
  const bytes = new Uint8Array(MOST_VALUE_BYTES);
  for (let at = 0; at < MOST_ENTRIES; at += 1) {
    const nameLength = new Uint32Array([MOST_NAME]);
    const length = new Uint32Array([bytes.length]);
    const type = new Uint32Array(1);
    const code = advapi32.RegEnumValueW(key, at, name, nameLength, null, type, bytes, length);
    if (code === ERROR_MORE_DATA) continue;
    if (code !== ERROR_SUCCESS) break;
    const value = readValue(type[0] ?? 0, bytes.slice(0, length[0]));
    if (value !== undefined) found[fromWide(name, 0, (nameLength[0] ?? 0) * 2)] = value;
  }
  return found;
}

function readValue(type: number, bytes: Uint8Array): RegistryValue | undefined {
  const view = new DataView(bytes.buffer);
  if (type === SZ || type === EXPAND_SZ) return fromWide(bytes).trim();
  if (type === DWORD && bytes.length >= 4) return view.getUint32(0, true);
  if (type === QWORD && bytes.length >= 8) return Number(view.getBigUint64(0, true));
  return type === BINARY ? bytes : undefined;
}
