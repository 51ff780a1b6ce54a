import { type Disk, parseDiskDescriptor } from '../tables/disk-descriptor.ts';
import { kernel32 } from './kernel32.ts';
import { closeVolume, openVolume } from './volumes.ts';

const IOCTL_STORAGE_QUERY_PROPERTY = 0x2d1400;
const IOCTL_DISK_GET_DRIVE_GEOMETRY_EX = 0x700a0;
const IOCTL_STORAGE_PREDICT_FAILURE = 0x2d1100;
const DEVICE_PROPERTY = 0;
const SEEK_PENALTY_PROPERTY = 7;
/** DISK_GEOMETRY_EX: the size follows the geometry. */
const SIZE_AT = 24;
/** DEVICE_SEEK_PENALTY_DESCRIPTOR: version, size, and whether heads move. */
const PENALTY_AT = 8;
/** STORAGE_PREDICT_FAILURE: whether, and what the maker says of it. */
const PREDICTION_BYTES = 4 + 512;
const MOST_DISKS = 64;

/** Every disk that Windows numbers; questions that need no right to read it. */
export function queryDisks(): Disk[] {
  return Array.from({ length: MOST_DISKS }, (_, number) => `PhysicalDrive${number}`).flatMap((name) => {
    const handle = openVolume(name);
    if (handle === undefined) return [];
    try {
      return describeDisk(name, handle);
    } finally {
      closeVolume(handle);
    }
  });
}

/** Nothing for a reader of cards without a card, which has no size. */
function describeDisk(name: string, handle: number): Disk[] {
  const geometry = ask(handle, IOCTL_DISK_GET_DRIVE_GEOMETRY_EX, 256);
  if (!geometry || geometry.length < SIZE_AT + 8) return [];
  const sizeBytes = Number(new DataView(geometry.buffer).getBigUint64(SIZE_AT, true));
  if (sizeBytes <= 0) return [];
  const descriptor = ask(handle, IOCTL_STORAGE_QUERY_PROPERTY, 4096, DEVICE_PROPERTY);
  const said = descriptor && descriptor.length >= 32 ? parseDiskDescriptor(descriptor) : undefined;
  const penalty = ask(handle, IOCTL_STORAGE_QUERY_PROPERTY, 12, SEEK_PENALTY_PROPERTY)?.[PENALTY_AT];
  const prediction = ask(handle, IOCTL_STORAGE_PREDICT_FAILURE, PREDICTION_BYTES);
  return [
    {
      name: `\\\\.\\${name}`,
      ...(said ?? { model: null, serial: null, firmware: null, bus: null }),
      sizeBytes,
      rotational: penalty === undefined ? null : penalty !== 0,
      health: prediction ? (prediction.subarray(0, 4).some(Boolean) ? 'failing' : 'good') : 'unknown',
      ...{ wearPercent: null, powerOnHours: null, reallocatedSectors: null },
    },
  ];
}

/** The answer of a driver; undefined where it does not know the question. */
function ask(
  handle: number,
  code: number,
  size: number,
  property?: number,
): Uint8Array<ArrayBuffer> | undefined {
  const answer = new Uint8Array(new ArrayBuffer(size));
  const returned = new Uint32Array(1);
  // STORAGE_PROPERTY_QUERY: the property, the standard question, and room for more of it
  const question = property === undefined ? null : new Uint32Array([property, 0, 0]);
  const length = question?.byteLength ?? 0;
  const done = kernel32.DeviceIoControl(handle, code, question, length, answer, size, returned, null);
  return done ? answer.subarray(0, returned[0]) : undefined;
}
