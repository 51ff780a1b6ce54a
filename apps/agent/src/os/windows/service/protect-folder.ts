import { dlopen, ptr, FFIType as T } from 'bun:ffi';
import { kernel32, WindowsError } from '../native/kernel32.ts';
import { toWide } from '../native/wide.ts';

const advapi32 = dlopen('advapi32.dll', {
  ConvertStringSecurityDescriptorToSecurityDescriptorW: {
    args: [T.ptr, T.u32, T.ptr, T.ptr],
    returns: T.i32,
  },
  SetFileSecurityW: { args: [T.ptr, T.u32, T.u64], returns: T.i32 },
}).symbols;

const SDDL_REVISION = 1;
const OWNER_INFORMATION = 0x1;
const DACL_INFORMATION = 0x4;
const PROTECTED_DACL = 0x80000000;

/** Owned by Administrators; full control for SYSTEM and Administrators, inherited by what is made in it; nobody else. */
export const FOLDER_RULES = 'O:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)';

/**
 * Closes a folder to everybody but SYSTEM and administrators. What %ProgramData% passes on would let every user of the
 * machine read the device's key. Throws when this user may not do that.
 */
export function protectFolder(path: string): void {
  const descriptor = new BigUint64Array(1);
  const isRead = advapi32.ConvertStringSecurityDescriptorToSecurityDescriptorW(
    toWide(FOLDER_RULES),
    SDDL_REVISION,
    ptr(descriptor),
    null,
  );
  if (!isRead) throw new WindowsError('ConvertStringSecurityDescriptor', kernel32.GetLastError());
  try {
    const what = (OWNER_INFORMATION | DACL_INFORMATION | PROTECTED_DACL) >>> 0;
    if (!advapi32.SetFileSecurityW(toWide(path), what, descriptor[0] ?? 0n)) {
      throw new WindowsError(`SetFileSecurity(${path})`, kernel32.GetLastError());
    }
  } finally {
    kernel32.LocalFree(descriptor[0] ?? 0n);
  }
}
