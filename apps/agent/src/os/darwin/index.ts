import { createInterfaceCollector, type InterfaceCounters } from '../interface-collector.ts';
import type { Collector, System } from '../os.ts';
import { createActivityCollector } from './collectors/activity.ts';
import { createCpuCollector } from './collectors/cpu.ts';
import { createDiskCollector } from './collectors/disks.ts';
import { createMemoryCollector } from './collectors/memory.ts';
import { readFacts } from './facts.ts';
import { readTable, readText, uptimeMs } from './native/system.ts';
import { createProcessControl, residentBytes } from './processes.ts';
import { host } from './service/host.ts';
import { createServiceControl } from './service/service.ts';
import { parseInterfaces } from './structs/interfaces.ts';

/** CTL_NET, PF_ROUTE, 0, 0, NET_RT_IFLIST2, 0 (sys/socket.h). */
const INTERFACE_LIST = [4, 17, 0, 0, 6, 0];
const INTERFACE_BYTES = 32 * 1024;

/** macOS by sysctl, Mach and libproc. Sensors (TM-2) and disk traffic are missing: only IOKit offers them. */
export function createSystem(): System {
  const places = { stateFolder: '/var/db/muster-agent', executable: '/opt/muster-agent/muster-agent' };
  return {
    name: 'darwin',
    places,
    processes: createProcessControl(),
    service: createServiceControl(places),
    facts: readFacts,
    connections: async (most) => (await import('./connections.ts')).readConnections(most),
    inventory: async () => (await import('./inventory/index.ts')).READERS,
    bootId: () => readText('kern.bootsessionuuid').toLowerCase(),
    uptimeMs,
    monotonicMs: uptimeMs,
    collectors: createCollectors,
    selfUsage() {
      const { user, system } = process.cpuUsage();
      return { residentBytes: residentBytes(), cpuMs: (user + system) / 1000 };
    },
    host,
  };
}

/** Least important last. */
function createCollectors(): Collector[] {
  return [
    createCpuCollector(),
    createMemoryCollector(),
    createDiskCollector(),
    createInterfaceCollector(readInterfaces, uptimeMs),
    createActivityCollector(),
  ];
}

function readInterfaces(): InterfaceCounters[] {
  return parseInterfaces(readTable(INTERFACE_LIST, INTERFACE_BYTES) ?? new Uint8Array());
}
