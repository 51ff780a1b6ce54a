import { dlopen, ptr, FFIType as T } from 'bun:ffi';
import { fixedBytes } from './native/fixed-bytes.ts';
import { kernel32 } from './native/kernel32.ts';
import { queryProcess } from './native/ntdll.ts';
import { fromWide } from './native/wide.ts';

const advapi32 = dlopen('advapi32.dll', {
  OpenProcessToken: { args: [T.i64_fast, T.u32, T.ptr], returns: T.i32 },
  GetTokenInformation: { args: [T.i64_fast, T.i32, T.ptr, T.u32, T.ptr], returns: T.i32 },
  LookupAccountSidW: { args: [T.ptr, T.u64, T.ptr, T.ptr, T.ptr, T.ptr, T.ptr], returns: T.i32 },
}).symbols;

export const PROCESS_ACCESS = {
  TERMINATE: 0x1,
  READ_MEMORY: 0x10,
  QUERY: 0x400,
  QUERY_LIMITED: 0x1000,
  SYNCHRONIZE: 0x100000,
} as const;

const THIS_PROCESS = -1;
const TOKEN_QUERY = 8;
const TOKEN_USER = 1;
const BASIC_INFORMATION = 0;
const COMMAND_LINE = 60;
const MAX_COMMAND_CHARACTERS = 1024;
/** Offsets in 64-bit PEB and RTL_USER_PROCESS_PARAMETERS (winternl.h, phnt). */
const PEB_PARAMETERS = 0x20;
const PARAMETERS_COMMAND_LINE = 0x70;

/** What the process table does not say, read from the process itself. */
export type ProcessDetails = { readonly user: string | null; readonly command: string };

/** Both empty where the system does not let anybody look (protected processes). */
export function readDetails(pid: number): ProcessDetails {
  const handle = open(pid);
  if (handle === 0) return { user: null, command: '' };
  try {
    return { user: ownerOf(handle), command: commandOf(handle) };
  } finally {
    kernel32.CloseHandle(handle);
  }
}

function open(pid: number): number {
  const { QUERY, QUERY_LIMITED, READ_MEMORY } = PROCESS_ACCESS;
  const handle = Number(kernel32.OpenProcess(QUERY | READ_MEMORY, 0, pid));
  return handle !== 0 ? handle : Number(kernel32.OpenProcess(QUERY_LIMITED, 0, pid));
}

/** Names by the bytes of their SID: looking one up may ask a domain controller, so that happens once for each. */
const names = new Map<string, string>();
const MOST_NAMES = 1000;

function ownerOf(handle: number): string | null {
  return withTokenUser(handle, (sid, key) => {
    const known = names.get(key);
    if (known !== undefined) return known;
    if (names.size >= MOST_NAMES) names.clear();
    const name = accountName(sid);
    if (name !== null) names.set(key, name);
    return name;
  });
}

/** The SID of the user that this process runs as, in hexadecimal. */
export function sidOfThisProcess(): string {
  return withTokenUser(THIS_PROCESS, (_, hex) => hex) ?? '';
}

/** Hands over the SID of a process's user: its address, good for the length of the call, and its bytes as text. */
function withTokenUser<Result>(
  handle: number,
  use: (sid: bigint, hex: string) => Result | null,
): Result | null {
  const token = new BigInt64Array(1);
  if (!advapi32.OpenProcessToken(handle, TOKEN_QUERY, token)) return null;
  try {
    const user = fixedBytes(256);
    const length = new Uint32Array(1);
    if (!advapi32.GetTokenInformation(Number(token[0]), TOKEN_USER, user, user.length, length)) return null;
    // TOKEN_USER: a pointer to the SID, which lies behind it in the same buffer
    const sid = new DataView(user.buffer).getBigUint64(0, true);
    const at = Number(sid) - ptr(user);
    const size = 8 + 4 * (user[at + 1] ?? 0);
    return use(sid, Buffer.from(user.subarray(at, at + size)).toString('hex'));
  } finally {
    kernel32.CloseHandle(Number(token[0]));
  }
}

/** "NT AUTHORITY\SYSTEM". */
function accountName(sid: bigint): string | null {
  const name = new Uint8Array(512);
  const domain = new Uint8Array(512);
  const nameLength = new Uint32Array([256]);
  const domainLength = new Uint32Array([256]);
  const use = new Uint32Array(1);
  if (!advapi32.LookupAccountSidW(null, sid, name, nameLength, domain, domainLength, use)) return null;
  const prefix = fromWide(domain);
  return prefix ? `${prefix}\\${fromWide(name)}` : fromWide(name);
}

function commandOf(handle: number): string {
  return commandFromKernel(handle) || commandFromMemory(handle) || imagePath(handle);
}

/** Since Windows 8.1: a UNICODE_STRING whose text lies behind it in the same buffer. */
function commandFromKernel(handle: number): string {
  const answer = queryProcess(handle, COMMAND_LINE, 66_000);
  if (!answer) return '';
  const view = new DataView(answer.bytes.buffer);
  const length = Math.min(view.getUint16(0, true), MAX_COMMAND_CHARACTERS * 2);
  const at = Number(view.getBigUint64(8, true)) - answer.base;
  return at >= 16 && at + length <= answer.bytes.length ? fromWide(answer.bytes, at, length) : '';
}

/** Before that: from the process's own memory, as debuggers do. */
function commandFromMemory(handle: number): string {
  const basic = queryProcess(handle, BASIC_INFORMATION, 48);
  const peb = basic && new DataView(basic.bytes.buffer).getBigUint64(8, true);
  const parameters = peb && readPointer(handle, peb + BigInt(PEB_PARAMETERS));
  if (!parameters) return '';
  const line = readMemory(handle, parameters + BigInt(PARAMETERS_COMMAND_LINE), 16);
  if (!line) return '';
  const view = new DataView(line.buffer);
  const length = Math.min(view.getUint16(0, true), MAX_COMMAND_CHARACTERS * 2);
  const text = length > 0 ? readMemory(handle, view.getBigUint64(8, true), length) : undefined;
  return text ? fromWide(text) : '';
}

function readPointer(handle: number, address: bigint): bigint | undefined {
  const bytes = readMemory(handle, address, 8);
  return bytes && new DataView(bytes.buffer).getBigUint64(0, true);
}

function readMemory(handle: number, address: bigint, length: number): Uint8Array | undefined {
  const bytes = fixedBytes(length);
  return kernel32.ReadProcessMemory(handle, address, bytes, length, null) ? bytes : undefined;
}

function imagePath(handle: number): string {
  const path = new Uint8Array(2048);
  const length = new Uint32Array([path.length / 2]);
  return kernel32.QueryFullProcessImageNameW(handle, 0, path, length) ? fromWide(path) : '';
}
