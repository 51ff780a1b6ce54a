import type { Collector, InstanceName, SampleSink } from '../../os.ts';
import { readMounts } from '../native/system.ts';
import { MOUNT_BYTES, parseMounts } from '../structs/mounts.ts';

const MOST_MOUNTS = 64;

/** Space of each disk, and of all together. Bytes read and written are only to be had from IOKit and are missing. */
export function createDiskCollector(): Collector {
  const instances = new Map<string, InstanceName>();
  return {
    name: 'disks',
    essential: true,
    sample(sink: SampleSink) {
      let used = 0;
      let total = 0;
      for (const mount of parseMounts(readMounts(MOST_MOUNTS, MOUNT_BYTES))) {
        let instance = instances.get(mount.path);
        if (!instance) {
          instance = { kind: 'disk', name: mount.path, detail: `${mount.type} ${mount.device}` };
          instances.set(mount.path, instance);
        }
        sink.instance(instance, 'disk.used', mount.usedBytes);
        sink.instance(instance, 'disk.total', mount.totalBytes);
        used += mount.usedBytes;
        total += mount.totalBytes;
      }
      sink.device('disk.used', used);
      sink.device('disk.total', total);
    },
  };
}
