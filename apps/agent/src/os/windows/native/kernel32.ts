import { dlopen, FFIType as T } from 'bun:ffi';

/** Handles are passed as numbers: they are small, or one of the negative pseudo handles. */
const HANDLE = T.i64_fast;

/** What the agent calls in kernel32.dll; every name is documented by Microsoft, `K32…` under its psapi name. */
export const kernel32 = dlopen('kernel32.dll', {
  CloseHandle: { args: [HANDLE], returns: T.i32 },
  CreateDirectoryW: { args: [T.ptr, T.ptr], returns: T.i32 },
  CreateFileW: { args: [T.ptr, T.u32, T.u32, T.ptr, T.u32, T.u32, HANDLE], returns: HANDLE },
  CreateThread: { args: [T.ptr, T.u64, T.u64, T.ptr, T.u32, T.ptr], returns: HANDLE },
  DeviceIoControl: { args: [HANDLE, T.u32, T.ptr, T.u32, T.ptr, T.u32, T.ptr, T.ptr], returns: T.i32 },
  GetComputerNameExW: { args: [T.i32, T.ptr, T.ptr], returns: T.i32 },
  GetCurrentProcess: { args: [], returns: HANDLE },
  GetDiskFreeSpaceExW: { args: [T.ptr, T.ptr, T.ptr, T.ptr], returns: T.i32 },
  GetDriveTypeW: { args: [T.ptr], returns: T.u32 },
  GetExitCodeThread: { args: [HANDLE, T.ptr], returns: T.i32 },
  GetLastError: { args: [], returns: T.u32 },
  GetLogicalDrives: { args: [], returns: T.u32 },
  GetModuleHandleW: { args: [T.ptr], returns: HANDLE },
  GetProcAddress: { args: [HANDLE, T.ptr], returns: T.u64 },
  GetProcessTimes: { args: [HANDLE, T.ptr, T.ptr, T.ptr, T.ptr], returns: T.i32 },
  GetSystemFirmwareTable: { args: [T.u32, T.u32, T.ptr, T.u32], returns: T.u32 },
  GetSystemTimes: { args: [T.ptr, T.ptr, T.ptr], returns: T.i32 },
  GetTickCount64: { args: [], returns: T.u64_fast },
  GetVolumeInformationW: {
    args: [T.ptr, T.ptr, T.u32, T.ptr, T.ptr, T.ptr, T.ptr, T.u32],
    returns: T.i32,
  },
  GlobalMemoryStatusEx: { args: [T.ptr], returns: T.i32 },
  K32EmptyWorkingSet: { args: [HANDLE], returns: T.i32 },
  K32GetPerformanceInfo: { args: [T.ptr, T.u32], returns: T.i32 },
  K32GetProcessMemoryInfo: { args: [HANDLE, T.ptr, T.u32], returns: T.i32 },
  LocalFree: { args: [T.u64], returns: T.u64 },
  MoveFileExW: { args: [T.ptr, T.ptr, T.u32], returns: T.i32 },
  OpenProcess: { args: [T.u32, T.i32, T.u32], returns: HANDLE },
  QueryFullProcessImageNameW: { args: [HANDLE, T.u32, T.ptr, T.ptr], returns: T.i32 },
  ReadProcessMemory: { args: [HANDLE, T.u64, T.ptr, T.u64, T.ptr], returns: T.i32 },
  TerminateProcess: { args: [HANDLE, T.u32], returns: T.i32 },
}).symbols;

/** Codes of GetLastError that mean something to the agent (winerror.h). */
export const WIN_ERROR = {
  /** A setting that this version of Windows does not have. */
  INVALID_LEVEL: 124,
  SERVICE_ALREADY_RUNNING: 1056,
  SERVICE_DOES_NOT_EXIST: 1060,
  SERVICE_NOT_ACTIVE: 1062,
  SERVICE_MARKED_FOR_DELETE: 1072,
  SERVICE_EXISTS: 1073,
} as const;

const WORDS: Readonly<Record<number, string>> = {
  5: 'access is denied: run this as an administrator',
  1053: 'the service did not answer in time',
  1058: 'the service is disabled',
  1072: 'the service is marked for deletion: close the Services window, or restart the machine',
};

/** A call that Windows refused, with its own code. */
export class WindowsError extends Error {
  override name = 'WindowsError';
  constructor(
    readonly call: string,
    readonly code: number,
  ) {
    super(`${call} failed: ${WORDS[code] ?? `Windows error ${code}`}`);
  }
}
