import { dlopen, ptr, FFIType as T, toArrayBuffer } from 'bun:ffi';
import { INTERFACE_ROW_BYTES } from '../tables/interface-table.ts';
import { ROUTE_BYTES } from '../tables/route-table.ts';
import { fixedBytes } from './fixed-bytes.ts';
import { WindowsError } from './kernel32.ts';
import type { NativeTable } from './ntdll.ts';

const iphlpapi = dlopen('iphlpapi.dll', {
  GetIfTable2: { args: [T.ptr], returns: T.u32 },
  GetIpForwardTable2: { args: [T.u32, T.ptr], returns: T.u32 },
  FreeMibTable: { args: [T.u64], returns: T.void },
  GetAdaptersAddresses: { args: [T.u32, T.u32, T.ptr, T.ptr, T.ptr], returns: T.u32 },
}).symbols;

const AF_UNSPEC = 0;
const FIRST_ROW = 8;
const MOST_ROWS = 4096;
/** Anycast and multicast addresses, and servers of DNS. */
const GAA_FLAG_SKIP = 0x2 | 0x4;
const GAA_FLAG_SKIP_DNS = 0x8;
const ERROR_BUFFER_OVERFLOW = 111;

const place = new BigUint64Array(1);

/** Gives the interface table to `read`, and takes it back: nothing may keep the bytes. */
export function withInterfaceTable<Result>(read: (table: Uint8Array) => Result): Result {
  return withTable('GetIfTable2', iphlpapi.GetIfTable2(place), INTERFACE_ROW_BYTES, read);
}

/** The same with the table of routes of both families. */
export function withRouteTable<Result>(read: (table: Uint8Array) => Result): Result {
  return withTable('GetIpForwardTable2', iphlpapi.GetIpForwardTable2(AF_UNSPEC, place), ROUTE_BYTES, read);
}

function withTable<Result>(
  call: string,
  code: number,
  rowBytes: number,
  read: (table: Uint8Array) => Result,
): Result {
  if (code !== 0) throw new WindowsError(call, code);
  const address = place[0] ?? 0n;
  try {
    const head = new DataView(toArrayBuffer(Number(address) as never, 0, FIRST_ROW));
    const rows = Math.min(MOST_ROWS, head.getUint32(0, true));
    return read(new Uint8Array(toArrayBuffer(Number(address) as never, 0, FIRST_ROW + rows * rowBytes)));
  } finally {
    iphlpapi.FreeMibTable(address);
  }
}

/** The adapters with their addresses, and with their servers of DNS where they are asked for. */
export function queryAdapters({ resolvers = false } = {}): NativeTable {
  const flags = resolvers ? GAA_FLAG_SKIP : GAA_FLAG_SKIP | GAA_FLAG_SKIP_DNS;
  const size = new Uint32Array([32 * 1024]);
  for (let attempt = 0; attempt < 4; attempt++) {
    const bytes = fixedBytes(size[0] ?? 0);
    const code = iphlpapi.GetAdaptersAddresses(AF_UNSPEC, flags, null, bytes, size);
    if (code === 0) return { bytes, base: ptr(bytes) };
    if (code !== ERROR_BUFFER_OVERFLOW) throw new WindowsError('GetAdaptersAddresses', code);
  }
  throw new WindowsError('GetAdaptersAddresses', ERROR_BUFFER_OVERFLOW);
}
