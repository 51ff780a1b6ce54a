import { dlopen, ptr, FFIType as T } from 'bun:ffi';
import { existsSync } from 'node:fs';
import { kernel32, WindowsError } from '../native/kernel32.ts';
import { toWide } from '../native/wide.ts';
import { sidOfThisProcess } from '../process-details.ts';

const advapi32 = dlopen('advapi32.dll', {
  ConvertStringSecurityDescriptorToSecurityDescriptorW: {
    args: [T.ptr, T.u32, T.ptr, T.ptr],
    returns: T.i32,
  },
  GetFileSecurityW: { args: [T.ptr, T.u32, T.ptr, T.u32, T.ptr], returns: T.i32 },
  SetFileSecurityW: { args: [T.ptr, T.u32, T.u64], returns: T.i32 },
}).symbols;

const SDDL_REVISION = 1;
const OWNER_INFORMATION = 0x1;
const DACL_INFORMATION = 0x4;
const PROTECTED_DACL = 0x80000000;

/** Owned by Administrators; full control for SYSTEM and Administrators, inherited by what is made in it; nobody else. */
const RULES = 'O:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)';

/** SIDs as they lie in memory: S-1-5-18 (SYSTEM) and S-1-5-32-544 (Administrators). */
const TRUSTED_OWNERS = ['010100000000000512000000', '01020000000000052000000020020000'];

/**
 * Makes a folder that is closed to everybody but SYSTEM and administrators, or closes one that is there. What
 * %ProgramData% passes on would let every user of the machine read the device's key, or put a key of their own there
 * before the agent does: a folder that somebody else has made is refused.
 */
export function protectFolder(path: string): void {
  withRules((descriptor) => {
    if (!existsSync(path)) return createFolder(path, descriptor);
    refuseForeign(path);
    const what = (OWNER_INFORMATION | DACL_INFORMATION | PROTECTED_DACL) >>> 0;
    if (!advapi32.SetFileSecurityW(toWide(path), what, descriptor)) fail(`SetFileSecurity(${path})`);
  });
}

function withRules(use: (descriptor: bigint) => void): void {
  const place = new BigUint64Array(1);
  const { ConvertStringSecurityDescriptorToSecurityDescriptorW: read } = advapi32;
  if (!read(toWide(RULES), SDDL_REVISION, ptr(place), null)) fail('ConvertStringSecurityDescriptor');
  const descriptor = place[0] ?? 0n;
  try {
    use(descriptor);
  } finally {
    kernel32.LocalFree(descriptor);
  }
}

function createFolder(path: string, descriptor: bigint): void {
  // SECURITY_ATTRIBUTES: size, descriptor, whether children inherit the handle
  const attributes = new DataView(new ArrayBuffer(24));
  attributes.setUint32(0, 24, true);
  attributes.setBigUint64(8, descriptor, true);
  if (!kernel32.CreateDirectoryW(toWide(path), new Uint8Array(attributes.buffer))) {
    fail(`CreateDirectory(${path})`);
  }
}

function refuseForeign(path: string): void {
  const descriptor = new Uint8Array(512);
  const needed = new Uint32Array(1);
  if (!advapi32.GetFileSecurityW(toWide(path), OWNER_INFORMATION, descriptor, 512, needed)) {
    fail(`GetFileSecurity(${path})`);
  }
  // SECURITY_DESCRIPTOR_RELATIVE: the owner's offset at 4
  const at = new DataView(descriptor.buffer).getUint32(4, true);
  const owner = Buffer.from(descriptor.subarray(at, at + 8 + 4 * (descriptor[at + 1] ?? 0))).toString('hex');
  if (TRUSTED_OWNERS.includes(owner) || owner === sidOfThisProcess()) return;
  throw new Error(`${path} was made by somebody who is no administrator: remove it and try again`);
}

function fail(call: string): never {
  throw new WindowsError(call, kernel32.GetLastError());
}
