import { dlopen, ptr, FFIType as T, toArrayBuffer } from 'bun:ffi';
import { INTERFACE_ROW_BYTES } from '../tables/interface-table.ts';
import { fixedBytes } from './fixed-bytes.ts';
import { WindowsError } from './kernel32.ts';
import type { NativeTable } from './ntdll.ts';

const iphlpapi = dlopen('iphlpapi.dll', {
  GetIfTable2: { args: [T.ptr], returns: T.u32 },
  FreeMibTable: { args: [T.u64], returns: T.void },
  GetAdaptersAddresses: { args: [T.u32, T.u32, T.ptr, T.ptr, T.ptr], returns: T.u32 },
}).symbols;

const FIRST_ROW = 8;
const MOST_ROWS = 4096;
const GAA_FLAG_SKIP = 0x2 | 0x4 | 0x8; // anycast, multicast, DNS servers
const ERROR_BUFFER_OVERFLOW = 111;

const place = new BigUint64Array(1);

/** Gives the interface table to `read`, and takes it back: nothing may keep the bytes. */
export function withInterfaceTable<Result>(read: (table: Uint8Array) => Result): Result {
  const code = iphlpapi.GetIfTable2(place);
  if (code !== 0) throw new WindowsError('GetIfTable2', code);
  const address = place[0] ?? 0n;
  try {
    const head = new DataView(toArrayBuffer(Number(address) as never, 0, FIRST_ROW));
    const rows = Math.min(MOST_ROWS, head.getUint32(0, true));
    const size = FIRST_ROW + rows * INTERFACE_ROW_BYTES;
    return read(new Uint8Array(toArrayBuffer(Number(address) as never, 0, size)));
  } finally {
    iphlpapi.FreeMibTable(address);
  }
}

/** The adapters with their addresses. */
export function queryAdapters(): NativeTable {
  const size = new Uint32Array([32 * 1024]);
  for (let attempt = 0; attempt < 4; attempt++) {
    const bytes = fixedBytes(size[0] ?? 0);
    const code = iphlpapi.GetAdaptersAddresses(0, GAA_FLAG_SKIP, null, bytes, size);
    if (code === 0) return { bytes, base: ptr(bytes) };
    if (code !== ERROR_BUFFER_OVERFLOW) throw new WindowsError('GetAdaptersAddresses', code);
  }
  throw new WindowsError('GetAdaptersAddresses', ERROR_BUFFER_OVERFLOW);
}
