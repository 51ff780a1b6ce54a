import { readdirSync, statfsSync } from 'node:fs';
import type { Collector, InstanceName, SampleSink } from '../../os.ts';
import { Rates } from '../../rates.ts';
import { ProcFile, readText } from '../proc-file.ts';
import { type Mount, parseMounts } from './mounts.ts';

const LOOK_FOR_MOUNTS_EVERY_MS = 60_000;
/** /proc/diskstats counts in sectors of this size whatever the disk's own is (Documentation/admin-guide/iostats). */
const SECTOR_BYTES = 512;

type Watched = { readonly mount: Mount; readonly instance: InstanceName };

/** Space of each file system on a fixed disk, and bytes read and written, for each and for the machine. */
export function createDiskCollector(
  root: string,
  now: () => number,
  statfs: (path: string) => { bsize: number; blocks: number; bfree: number } = statfsSync,
): Collector {
  const mountinfo = new ProcFile(`${root}/proc/self/mountinfo`);
  const diskstats = new ProcFile(`${root}/proc/diskstats`);
  const rates = new Rates();
  let watched: Watched[] = [];
  let wholeDisks = new Set<string>();
  let lookedAt = Number.NEGATIVE_INFINITY;

  function look(): void {
    lookedAt = now();
    watched = parseMounts(mountinfo.read()).map((mount) => ({
      mount,
      instance: { kind: 'disk', name: mount.path, detail: `${mount.type} ${mount.device}` },
    }));
    wholeDisks = findWholeDisks(root);
  }

  function sampleSpace(sink: SampleSink): void {
    let used = 0;
    let total = 0;
    for (const { mount, instance } of watched) {
      try {
        const { bsize, blocks, bfree } = statfs(mount.path);
        sink.instance(instance, 'disk.used', (blocks - bfree) * bsize);
        sink.instance(instance, 'disk.total', blocks * bsize);
        used += (blocks - bfree) * bsize;
        total += blocks * bsize;
      } catch {
        lookedAt = Number.NEGATIVE_INFINITY; // unmounted meanwhile
      }
    }
    sink.device('disk.used', used);
    sink.device('disk.total', total);
  }

  function sampleTraffic(sink: SampleSink): void {
    const at = now();
    let read: number | undefined;
    let written: number | undefined;
    rates.begin();
    for (const line of diskstats.read().split('\n')) {
      const [major, minor, name = '', , , sectorsRead, , , , sectorsWritten] = line.trim().split(/\s+/);
      const mine = watched.find(({ mount }) => mount.deviceNumber === `${major}:${minor}`);
      const whole = wholeDisks.has(name);
      if (!mine && !whole) continue;
      const readRate = rates.perSecond(`${name} r`, Number(sectorsRead) * SECTOR_BYTES, at);
      const writeRate = rates.perSecond(`${name} w`, Number(sectorsWritten) * SECTOR_BYTES, at);
      if (mine && readRate !== undefined) sink.instance(mine.instance, 'disk.read', readRate);
      if (mine && writeRate !== undefined) sink.instance(mine.instance, 'disk.written', writeRate);
      if (whole && readRate !== undefined) read = (read ?? 0) + readRate;
      if (whole && writeRate !== undefined) written = (written ?? 0) + writeRate;
    }
    rates.sweep();
    if (read !== undefined) sink.device('disk.read', read);
    if (written !== undefined) sink.device('disk.written', written);
  }

  return {
    name: 'disks',
    essential: true,
    sample(sink) {
      if (now() - lookedAt >= LOOK_FOR_MOUNTS_EVERY_MS) look();
      sampleSpace(sink);
      sampleTraffic(sink);
    },
  };
}

/** Disks whose traffic adds up to the machine's: no partitions, and nothing that is stacked on another disk. */
function findWholeDisks(root: string): Set<string> {
  try {
    const names = readdirSync(`${root}/sys/block`);
    return new Set(
      names.filter((name) => !/^(loop|ram|zram|dm-|md|sr|fd|nbd)/.test(name) && !isEmpty(root, name)),
    );
  } catch {
    return new Set();
  }
}

function isEmpty(root: string, name: string): boolean {
  return readText(`${root}/sys/block/${name}/size`) === '0';
}
