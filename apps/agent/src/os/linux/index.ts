import type { Collector, System } from '../os.ts';
import { createActivityCollector } from './collectors/activity.ts';
import { createCpuCollector } from './collectors/cpu.ts';
import { createDiskCollector } from './collectors/disks.ts';
import { createMemoryCollector } from './collectors/memory.ts';
import { createNetworkCollector } from './collectors/network.ts';
import { createSensorCollector } from './collectors/sensors.ts';
import { readFacts } from './facts.ts';
import { host } from './host.ts';
import { bootTimeMs } from './libc.ts';
import { ProcFile, readText } from './proc-file.ts';
import { createProcessControl, PAGE_BYTES } from './processes.ts';
import { createReleaseMemory } from './release-memory.ts';
import { createServiceControl } from './service.ts';

/** Linux from /proc and /sys. `root` is put before every path: tests point it at a recorded machine. */
export function createSystem(root = ''): System {
  const statm = new ProcFile('/proc/self/statm');
  const places = { stateFolder: '/var/lib/muster-agent', executable: '/opt/muster-agent/muster-agent' };
  return {
    name: 'linux',
    places,
    processes: createProcessControl(root, bootTimeMs),
    service: createServiceControl(places),
    facts: async () => readFacts(root),
    connections: async (most) => (await import('./connections.ts')).readConnections(root, most),
    inventory: async () => (await import('./inventory/index.ts')).readersOf(root),
    bootId: () => readText(`${root}/proc/sys/kernel/random/boot_id`) ?? '',
    uptimeMs: bootTimeMs,
    monotonicMs: bootTimeMs,
    collectors: () => createCollectors(root),
    selfUsage() {
      const { user, system } = process.cpuUsage();
      return {
        residentBytes: Number(statm.read().split(' ')[1]) * PAGE_BYTES,
        cpuMs: (user + system) / 1000,
      };
    },
    memory: { release: createReleaseMemory(), everyMs: 1_000 },
    host,
  };
}

/** Least important last. */
function createCollectors(root: string): Collector[] {
  return [
    createCpuCollector(root),
    createMemoryCollector(root),
    createDiskCollector(root, bootTimeMs),
    createNetworkCollector(root, bootTimeMs),
    createActivityCollector(root, bootTimeMs),
    createSensorCollector(root, bootTimeMs),
  ];
}
