import { dlopen, FFIType as T, toArrayBuffer } from 'bun:ffi';
import { parseSession, parseSessions, SESSION_BYTES, type SignedIn } from '../tables/session-table.ts';
import { kernel32, WindowsError } from './kernel32.ts';

const wtsapi32 = dlopen('wtsapi32.dll', {
  WTSEnumerateSessionsW: { args: [T.u64, T.u32, T.u32, T.ptr, T.ptr], returns: T.i32 },
  WTSQuerySessionInformationW: { args: [T.u64, T.u32, T.i32, T.ptr, T.ptr], returns: T.i32 },
  WTSFreeMemory: { args: [T.u64], returns: T.void },
}).symbols;

const THIS_SERVER = 0;
const VERSION = 1;
const SESSION_INFO = 24;

/** Who is signed in. */
export function querySessions(): SignedIn[] {
  const place = new BigUint64Array(1);
  const count = new Uint32Array(1);
  if (!wtsapi32.WTSEnumerateSessionsW(THIS_SERVER, 0, VERSION, place, count))
    throw new WindowsError('WTSEnumerateSessions', kernel32.GetLastError());
  const sessions = take(place[0] ?? 0n, (count[0] ?? 0) * SESSION_BYTES, parseSessions) ?? [];
  return sessions.flatMap((session) => {
    const length = new Uint32Array(1);
    // ends between the two calls: somebody has just signed out
    if (!wtsapi32.WTSQuerySessionInformationW(THIS_SERVER, session, SESSION_INFO, place, length)) return [];
    return take(place[0] ?? 0n, length[0] ?? 0, parseSession) ?? [];
  });
}

/** Reads what Windows allocated, and gives it back. */
function take<Value>(address: bigint, size: number, read: (bytes: Uint8Array) => Value): Value | undefined {
  if (address === 0n) return undefined;
  try {
    return size === 0 ? undefined : read(new Uint8Array(toArrayBuffer(Number(address) as never, 0, size)));
  } finally {
    wtsapi32.WTSFreeMemory(address);
  }
}
