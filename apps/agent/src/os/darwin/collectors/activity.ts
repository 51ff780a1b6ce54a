import type { Collector, SampleSink } from '../../os.ts';
import { libSystem, uptimeMs } from '../native/system.ts';
import { countProcesses } from '../processes.ts';

/** Load, uptime and number of processes. */
export function createActivityCollector(): Collector {
  const load = new Float64Array(3);
  return {
    name: 'activity',
    essential: false,
    sample(sink: SampleSink) {
      if (libSystem.getloadavg(load, load.length) > 0) sink.device('load', load[0] ?? 0);
      sink.device('uptime', uptimeMs() / 1000);
      sink.device('processes', countProcesses());
    },
  };
}
