import { kernel32 } from './kernel32.ts';
import { fromWide, toWide } from './wide.ts';

const DRIVE_FIXED = 3;
const FILE_SHARE_ALL = 7;
const OPEN_EXISTING = 3;
const INVALID_HANDLE = -1;
const IOCTL_DISK_PERFORMANCE = 0x70020;
/** DISK_PERFORMANCE: bytes read and written first, 64 bits each. */
const PERFORMANCE_BYTES = 88;

const total = new BigUint64Array(1);
const free = new BigUint64Array(1);
const traffic = new BigInt64Array(PERFORMANCE_BYTES / 8);
const returned = new Uint32Array(1);

/** "C:" and so on: every drive letter on a fixed disk. */
export function listFixedDrives(): string[] {
  const letters = kernel32.GetLogicalDrives();
  return Array.from({ length: 26 }, (_, index) => index)
    .filter((index) => letters & (1 << index))
    .map((index) => `${String.fromCharCode(65 + index)}:`)
    .filter((drive) => kernel32.GetDriveTypeW(toWide(`${drive}\\`)) === DRIVE_FIXED);
}

/** Bytes of a volume by its wide root path ("C:\"); undefined when it is gone or locked. */
export function readSpace(wideRoot: Buffer): { total: number; used: number } | undefined {
  if (!kernel32.GetDiskFreeSpaceExW(wideRoot, null, total, free)) return undefined;
  return { total: Number(total[0]), used: Number(total[0]) - Number(free[0]) };
}

/** "NTFS System": file system and label. */
export function describeVolume(wideRoot: Buffer): string {
  const { fileSystem, label } = nameVolume(wideRoot) ?? { fileSystem: '', label: '' };
  return `${fileSystem} ${label}`.trim();
}

/** What a volume is formatted with, and called; undefined when it is gone or locked. */
export function nameVolume(wideRoot: Buffer): { fileSystem: string; label: string } | undefined {
  const label = new Uint8Array(522);
  const system = new Uint8Array(522);
  if (!kernel32.GetVolumeInformationW(wideRoot, label, 261, null, null, null, system, 261)) return undefined;
  return { fileSystem: fromWide(system), label: fromWide(label) };
}

/** Opens a volume for its counters only: that needs no right to read it. Undefined where that is refused. */
export function openVolume(drive: string): number | undefined {
  const handle = kernel32.CreateFileW(
    toWide(`\\\\.\\${drive}`),
    0,
    FILE_SHARE_ALL,
    null,
    OPEN_EXISTING,
    0,
    0,
  );
  return Number(handle) === INVALID_HANDLE ? undefined : Number(handle);
}

/** Bytes read and written since the system counts; undefined for volumes that do not count. */
export function readTraffic(handle: number): { read: number; written: number } | undefined {
  const isCounted = kernel32.DeviceIoControl(
    handle,
    IOCTL_DISK_PERFORMANCE,
    null,
    0,
    traffic,
    PERFORMANCE_BYTES,
    returned,
    null,
  );
  return isCounted ? { read: Number(traffic[0]), written: Number(traffic[1]) } : undefined;
}

/** Closes what `openVolume` opened. */
export function closeVolume(handle: number): void {
  kernel32.CloseHandle(handle);
}
