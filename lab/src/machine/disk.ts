import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lease } from '../process/leases.ts';
import { runProcess } from '../process/run-process.ts';

/** The disk of one machine: a writable layer over the base root, or a full copy where overlays are impossible. */
export interface Disk {
  /** The file system as the machine sees it. */
  readonly root: string;
  /** Writes this disk, bit for bit as it is now, into a new one. */
  cloneInto(lease: Lease): Promise<Disk>;
}

async function mountOverlay(base: string, lease: Lease): Promise<string | undefined> {
  const root = join(lease.folder, 'root');
  const upper = join(lease.folder, 'upper');
  const work = join(lease.folder, 'work');
  for (const folder of [root, upper, work]) mkdirSync(folder, { recursive: true, mode: 0o755 });
  const layers = `lowerdir=${base},upperdir=${upper},workdir=${work}`;
  lease.add('mounts', root);
  const mounted = await runProcess(['mount', '-t', 'overlay', 'overlay', '-o', layers, root]);
  return mounted.code === 0 ? root : undefined;
}

function copyTree(from: string, to: string): Promise<unknown> {
  return runProcess(['cp', '-a', '--reflink=auto', `${from}/.`, to], { check: true, timeoutMs: 300_000 });
}

/** Makes a disk over `base`; `layer` is the writable layer of another disk to begin with. */
async function makeDisk(base: string, lease: Lease, layer?: string): Promise<Disk> {
  if (layer !== undefined) {
    mkdirSync(join(lease.folder, 'upper'), { mode: 0o755 });
    await copyTree(layer, join(lease.folder, 'upper'));
  }
  const root = await mountOverlay(base, lease);
  if (root !== undefined) {
    const upper = join(lease.folder, 'upper');
    return { root, cloneInto: (target) => makeDisk(base, target, upper) };
  }
  const copied = join(lease.folder, 'root');
  await copyTree(base, copied);
  return { root: copied, cloneInto: (target) => makeDisk(copied, target) };
}

/** Makes the disk of a new machine with a host name and a machine id of its own. */
export async function createDisk(base: string, lease: Lease, hostname: string): Promise<Disk> {
  const disk = await makeDisk(base, lease);
  writeFileSync(join(disk.root, 'etc/machine-id'), `${randomBytes(16).toString('hex')}\n`, { mode: 0o444 });
  writeFileSync(join(disk.root, 'etc/hostname'), `${hostname}\n`);
  return disk;
}

/** Tells the machine where the test's own servers are: the name `host.muster.internal`. */
export function writeHosts(disk: Disk, hostIp: string): void {
  writeFileSync(
    join(disk.root, 'etc/hosts'),
    `127.0.0.1 localhost\n::1 localhost\n${hostIp} host.muster.internal\n`,
  );
}
