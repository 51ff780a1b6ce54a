/** A file system on a disk of this machine. */
export type Mount = {
  readonly path: string;
  readonly device: string;
  readonly type: string;
  readonly totalBytes: number;
  readonly usedBytes: number;
};

/** sizeof(struct statfs) with 64-bit inodes (sys/mount.h). */
export const MOUNT_BYTES = 2168;
const BLOCK_SIZE = 0;
const BLOCKS = 8;
const FREE_BLOCKS = 16;
const FLAGS = 64;
const TYPE = 72;
const TYPE_BYTES = 16;
const PATH = 88;
const DEVICE = 1112;
const PATH_BYTES = 1024;
const MNT_LOCAL = 0x1000;
const MNT_DONT_BROWSE = 0x100000;

/**
 * The disks that people see, from an array of `struct statfs`. The volumes of one APFS container (`/dev/disk3s1`,
 * `/dev/disk3s5`) share its space: one of them stands for all, the one with the shortest path.
 */
export function parseMounts(bytes: Uint8Array): Mount[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const byContainer = new Map<string, Mount>();
  for (let at = 0; at + MOUNT_BYTES <= bytes.length; at += MOUNT_BYTES) {
    const flags = view.getUint32(at + FLAGS, true);
    const device = text(bytes, at + DEVICE, PATH_BYTES);
    if ((flags & MNT_LOCAL) === 0 || (flags & MNT_DONT_BROWSE) !== 0 || !device.startsWith('/dev/')) continue;
    const blockBytes = view.getUint32(at + BLOCK_SIZE, true);
    const blocks = Number(view.getBigUint64(at + BLOCKS, true));
    const free = Number(view.getBigUint64(at + FREE_BLOCKS, true));
    const mount: Mount = {
      path: text(bytes, at + PATH, PATH_BYTES),
      device,
      type: text(bytes, at + TYPE, TYPE_BYTES),
      totalBytes: blocks * blockBytes,
      usedBytes: (blocks - free) * blockBytes,
    };
    const container = /^\/dev\/disk\d+/.exec(device)?.[0] ?? device;
    const known = byContainer.get(container);
    if (!known || mount.path.length < known.path.length) byContainer.set(container, mount);
  }
  return [...byContainer.values()].sort((one, other) => one.path.localeCompare(other.path));
}

function text(bytes: Uint8Array, at: number, size: number): string {
  const end = bytes.indexOf(0, at);
  return Buffer.from(bytes.subarray(at, end < 0 ? at + size : Math.min(end, at + size))).toString('utf8');
}
