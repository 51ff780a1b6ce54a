import { dlopen, FFIType as T, toArrayBuffer } from 'bun:ffi';
import { type LocalAccount, parseAccounts } from '../tables/account-table.ts';
import { WindowsError } from './kernel32.ts';
import { fromWide, toWide } from './wide.ts';

const netapi32 = dlopen('netapi32.dll', {
  NetUserEnum: { args: [T.ptr, T.u32, T.u32, T.ptr, T.u32, T.ptr, T.ptr, T.ptr], returns: T.u32 },
  NetApiBufferSize: { args: [T.u64, T.ptr], returns: T.u32 },
  NetApiBufferFree: { args: [T.u64], returns: T.u32 },
}).symbols;

const advapi32 = dlopen('advapi32.dll', {
  ConvertStringSidToSidW: { args: [T.ptr, T.ptr], returns: T.i32 },
  LookupAccountSidW: { args: [T.ptr, T.u64, T.ptr, T.ptr, T.ptr, T.ptr, T.ptr], returns: T.i32 },
}).symbols;

const kernel32 = dlopen('kernel32.dll', { LocalFree: { args: [T.u64], returns: T.u64 } }).symbols;

const LEVEL = 2;
const NORMAL_ACCOUNTS = 2;
const MOST_BYTES = 4 * 1024 * 1024;
const ERROR_MORE_DATA = 234;

/** The accounts that this machine itself keeps; at most what fits into four megabytes. */
export function queryAccounts(): LocalAccount[] {
  const place = new BigUint64Array(1);
  const read = new Uint32Array(1);
  const total = new Uint32Array(1);
  const code = netapi32.NetUserEnum(null, LEVEL, NORMAL_ACCOUNTS, place, MOST_BYTES, read, total, null);
  if (code !== 0 && code !== ERROR_MORE_DATA) throw new WindowsError('NetUserEnum', code);
  const address = place[0] ?? 0n;
  if (address === 0n) return [];
  try {
    const size = new Uint32Array(1);
    if (netapi32.NetApiBufferSize(address, size) !== 0) return [];
    const base = Number(address);
    return parseAccounts(
      { bytes: new Uint8Array(toArrayBuffer(base as never, 0, size[0])), base },
      read[0] ?? 0,
    );
  } finally {
    netapi32.NetApiBufferFree(address);
  }
}

/** Whose identifier this is; undefined where nobody who can be asked knows. May ask a domain controller. */
export function findAccount(sid: string): { readonly domain: string; readonly name: string } | undefined {
  const place = new BigUint64Array(1);
  if (!advapi32.ConvertStringSidToSidW(toWide(sid), place)) return undefined;
  const address = place[0] ?? 0n;
  try {
    const name = new Uint8Array(512);
    const domain = new Uint8Array(512);
    const lengths = [new Uint32Array([256]), new Uint32Array([256])] as const;
    const use = new Uint32Array(1);
    if (!advapi32.LookupAccountSidW(null, address, name, lengths[0], domain, lengths[1], use))
      return undefined;
    return { domain: fromWide(domain), name: fromWide(name) };
  } finally {
    kernel32.LocalFree(address);
  }
}
