import { createInterfaceCollector } from '../interface-collector.ts';
import type { Collector, Places, System } from '../os.ts';
import { bootId, uptimeMs } from './boot.ts';
import { createActivityCollector } from './collectors/activity.ts';
import { createCpuCollector } from './collectors/cpu.ts';
import { createDiskCollector } from './collectors/disks.ts';
import { createMemoryCollector } from './collectors/memory.ts';
import { readFacts } from './facts.ts';
import { withInterfaceTable } from './native/network.ts';
import { readRegistryText } from './native/registry.ts';
import { emptyWorkingSet, residentBytes } from './own-memory.ts';
import { createProcessControl } from './processes.ts';
import { host, isStartedAsService } from './service/host.ts';
import { protectFolder } from './service/protect-folder.ts';
import { createServiceControl } from './service/service.ts';
import { createServiceLog } from './service/service-log.ts';
import { parseInterfaceTable } from './tables/interface-table.ts';

/**
 * Windows by its own calls, without PowerShell or WMI. Sensors (TM-2) are missing: Windows offers temperatures, fans and
 * voltages only through WMI and drivers of their makers.
 */
export function createSystem(): System {
  const places = findPlaces();
  return {
    name: 'windows',
    places,
    processes: createProcessControl(uptimeMs),
    service: createServiceControl(places),
    facts: async () => readFacts(),
    connections: async (most) => (await import('./connections.ts')).readConnections(most),
    inventory: async () => (await import('./inventory/index.ts')).READERS,
    bootId,
    uptimeMs,
    monotonicMs: uptimeMs,
    collectors: createCollectors,
    selfUsage() {
      const { user, system } = process.cpuUsage();
      return { residentBytes: residentBytes(), cpuMs: (user + system) / 1000 };
    },
    // pages that were written to may go to the page file after that: not more often than it pays
    memory: { release: emptyWorkingSet, everyMs: 20_000 },
    protectFolder,
    ...(isStartedAsService() ? { keepLogLine: createServiceLog(`${places.stateFolder}\\agent.log`) } : {}),
    host,
  };
}

/** From the registry and not from the environment, which whoever starts the program can set. */
function findPlaces(): Places {
  const folders = 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion';
  const profiles = 'SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList';
  const programs = readRegistryText(folders, 'ProgramFilesDir') || 'C:\\Program Files';
  const state = readRegistryText(profiles, 'ProgramData') || 'C:\\ProgramData';
  return {
    stateFolder: `${state}\\Muster`,
    executable: `${programs}\\Muster\\muster-agent.exe`,
  };
}

/** Least important last. */
function createCollectors(): Collector[] {
  return [
    createCpuCollector(),
    createMemoryCollector(),
    createDiskCollector(uptimeMs),
    createInterfaceCollector(() => withInterfaceTable(parseInterfaceTable), uptimeMs),
    createActivityCollector(),
  ];
}
