import { CFunction, dlopen, type Pointer, read, FFIType as T } from 'bun:ffi';
import { guidBytes } from './guid.ts';
import { toWide } from './wide.ts';

const ole32 = dlopen('ole32.dll', {
  CoInitializeEx: { args: [T.ptr, T.u32], returns: T.i32 },
  CoUninitialize: { args: [], returns: T.void },
}).symbols;
const shell32 = dlopen('shell32.dll', {
  SHCreateItemFromParsingName: { args: [T.ptr, T.ptr, T.ptr, T.ptr], returns: T.i32 },
}).symbols;
const propsys = dlopen('propsys.dll', {
  PSGetPropertyKeyFromName: { args: [T.ptr, T.ptr], returns: T.i32 },
}).symbols;

const APARTMENT = 2;
const PROPERTY_KEY_BYTES = 20;
const POINTER_BYTES = 8;
const SHELL_ITEM_2 = guidBytes('7e9fb0d3-919f-4307-ab2e-9b1860310c93');
/** Places of methods in the table of IShellItem2 (shobjidl_core.h). */
const RELEASE = 2;
const GET_INT32 = 16;

/**
 * `System.Volume.BitLockerProtection` of drives ("C:"): what Explorer draws its padlock after, by the same two calls. The
 * property needs no right to the volume. Undefined where Windows has no such property (Wine, editions without BitLocker),
 * does not know the drive, or says nothing of it.
 */
export function queryProtection(drives: readonly string[]): Map<string, number | undefined> {
  const begun = ole32.CoInitializeEx(null, APARTMENT);
  try {
    const key = new Uint8Array(PROPERTY_KEY_BYTES);
    const isKnown = propsys.PSGetPropertyKeyFromName(toWide('System.Volume.BitLockerProtection'), key) >= 0;
    return new Map(drives.map((drive) => [drive, isKnown ? readProperty(drive, key) : undefined]));
  } finally {
    // it fails where somebody has begun it in another way before: that one ends it
    if (begun >= 0) ole32.CoUninitialize();
  }
}

function readProperty(drive: string, key: Uint8Array): number | undefined {
  const place = new BigUint64Array(1);
  if (shell32.SHCreateItemFromParsingName(toWide(`${drive}\\`), null, SHELL_ITEM_2, place) < 0)
    return undefined;
  const item = Number(place[0]) as Pointer;
  if (!item) return undefined;
  try {
    const value = new Int32Array(1);
    const getInt32 = methodOf(item, GET_INT32, [T.ptr, T.ptr, T.ptr]);
    try {
      return Number(getInt32(item, key, value)) === 0 ? value[0] : undefined;
    } finally {
      getInt32.close();
    }
  } finally {
    const release = methodOf(item, RELEASE, [T.ptr]);
    release(item);
    release.close();
  }
}

/** A method of a COM object, by its place in the table that the object points to. */
function methodOf(item: Pointer, slot: number, args: T[]) {
  const table = read.ptr(item, 0) as Pointer;
  const ptr = read.ptr(table, slot * POINTER_BYTES) as Pointer;
  return CFunction({ ptr, args, returns: T.i32 });
}
