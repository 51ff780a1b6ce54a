import { dlopen, FFIType as T } from 'bun:ffi';
import { parseSocketTable, type SOCKET_TABLES, type SocketEntry } from '../tables/socket-table.ts';
import { WindowsError } from './kernel32.ts';

const TABLE_CALL = { args: [T.ptr, T.ptr, T.i32, T.u32, T.i32, T.u32], returns: T.u32 } as const;
const iphlpapi = dlopen('iphlpapi.dll', {
  GetExtendedTcpTable: TABLE_CALL,
  GetExtendedUdpTable: TABLE_CALL,
}).symbols;

const AF_INET = 2;
const AF_INET6 = 23;
const TCP_OWNER_PID_ALL = 5;
const UDP_OWNER_PID = 1;
const ERROR_INSUFFICIENT_BUFFER = 122;
const ROOM_FOR_MORE = 4096;
const MOST_BYTES = 16 * 1024 * 1024;

/** One of the tables of sockets with the process of each. */
export function querySockets(name: keyof typeof SOCKET_TABLES): SocketEntry[] {
  const call = name.startsWith('tcp') ? 'GetExtendedTcpTable' : 'GetExtendedUdpTable';
  const kind = name.startsWith('tcp') ? TCP_OWNER_PID_ALL : UDP_OWNER_PID;
  const family = name.endsWith('6') ? AF_INET6 : AF_INET;
  for (let size = 64 * 1024; size <= MOST_BYTES; ) {
    const bytes = new Uint8Array(size);
    const needed = new Uint32Array([size]);
    const code = iphlpapi[call](bytes, needed, 0, family, kind, 0);
    if (code === 0) return parseSocketTable(bytes, name);
    if (code !== ERROR_INSUFFICIENT_BUFFER) throw new WindowsError(call, code);
    // others open sockets between the two calls
    size = Math.max(size * 2, (needed[0] ?? 0) + ROOM_FOR_MORE);
  }
  throw new WindowsError(call, ERROR_INSUFFICIENT_BUFFER);
}
