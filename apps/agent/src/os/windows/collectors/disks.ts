import type { Collector, InstanceName, SampleSink } from '../../os.ts';
import { Rates } from '../../rates.ts';
import {
  closeVolume,
  describeVolume,
  listFixedDrives,
  openVolume,
  readSpace,
  readTraffic,
} from '../native/volumes.ts';
import { toWide } from '../native/wide.ts';

const LOOK_FOR_DRIVES_EVERY_MS = 60_000;

type Volume = {
  readonly instance: InstanceName;
  readonly wideRoot: Buffer;
  readonly handle: number | undefined;
};

/** Space, and bytes read and written, of each volume with a drive letter on a fixed disk, and of all together. */
export function createDiskCollector(now: () => number): Collector {
  const rates = new Rates();
  let volumes: Volume[] = [];
  let lookedAt = Number.NEGATIVE_INFINITY;

  function look(): void {
    lookedAt = now();
    for (const { handle } of volumes) if (handle !== undefined) closeVolume(handle);
    volumes = listFixedDrives().map((drive) => {
      const wideRoot = toWide(`${drive}\\`);
      const instance = { kind: 'disk', name: drive, detail: describeVolume(wideRoot) } as const;
      return { instance, wideRoot, handle: openVolume(drive) };
    });
  }

  function sampleSpace(sink: SampleSink): void {
    let used = 0;
    let total = 0;
    for (const { instance, wideRoot } of volumes) {
      const space = readSpace(wideRoot);
      if (!space) continue;
      sink.instance(instance, 'disk.used', space.used);
      sink.instance(instance, 'disk.total', space.total);
      used += space.used;
      total += space.total;
    }
    sink.device('disk.used', used);
    sink.device('disk.total', total);
  }

  function sampleTraffic(sink: SampleSink): void {
    const at = now();
    let sum: { read: number; written: number } | undefined;
    rates.begin();
    for (const { instance, handle } of volumes) {
      const traffic = handle === undefined ? undefined : readTraffic(handle);
      if (!traffic) continue;
      const read = rates.perSecond(`${instance.name} r`, traffic.read, at);
      const written = rates.perSecond(`${instance.name} w`, traffic.written, at);
      if (read === undefined || written === undefined) continue;
      sink.instance(instance, 'disk.read', read);
      sink.instance(instance, 'disk.written', written);
      sum = { read: (sum?.read ?? 0) + read, written: (sum?.written ?? 0) + written };
    }
    rates.sweep();
    if (!sum) return;
    sink.device('disk.read', sum.read);
    sink.device('disk.written', sum.written);
  }

  return {
    name: 'disks',
    essential: true,
    sample(sink) {
      if (now() - lookedAt >= LOOK_FOR_DRIVES_EVERY_MS) look();
      sampleSpace(sink);
      sampleTraffic(sink);
    },
  };
}
