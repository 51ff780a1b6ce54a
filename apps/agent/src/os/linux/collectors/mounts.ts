/** A file system worth watching: on a fixed disk of this machine. */
export type Mount = {
  readonly path: string;
  readonly device: string;
  readonly type: string;
  /** "8:1", the key of /proc/diskstats; "0:…" where there is no block device behind it. */
  readonly deviceNumber: string;
};

const BLOCK_TYPES = new Set(['zfs', 'btrfs', 'bcachefs']);
const MAX_MOUNTS = 64;

/**
 * File systems on fixed disks from /proc/self/mountinfo (proc(5)): one entry for each device, the shortest path wins,
 * so that bind mounts are not counted again. In a container whose root has no block device, the root itself counts.
 */
export function parseMounts(mountinfo: string): Mount[] {
  const byDevice = new Map<string, Mount>();
  let root: Mount | undefined;
  for (const line of mountinfo.split('\n')) {
    const [left, right] = line.split(' - ');
    if (left === undefined || right === undefined) continue;
    const [, , deviceNumber = '', , path = ''] = left.split(' ');
    const [type = '', device = ''] = right.split(' ');
    const mount = { path: decodePath(path), device, type, deviceNumber };
    if (mount.path === '/') root = mount;
    if (!isFixedDisk(mount)) continue;
    const known = byDevice.get(device);
    if (!known || mount.path.length < known.path.length) byDevice.set(device, mount);
  }
  const mounts = [...byDevice.values()];
  if (root && !mounts.some((mount) => mount.path === '/') && !byDevice.has(root.device)) mounts.unshift(root);
  return mounts.slice(0, MAX_MOUNTS);
}

function isFixedDisk({ device, type }: Mount): boolean {
  if (BLOCK_TYPES.has(type)) return true;
  if (!device.startsWith('/dev/') || type === 'squashfs' || type === 'iso9660') return false;
  return !device.startsWith('/dev/loop') && !device.startsWith('/dev/fuse');
}

/** Blanks in paths are written as octal escapes. */
function decodePath(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
