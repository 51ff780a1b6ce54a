import type { Collector, SampleSink } from '../../os.ts';
import { uptimeMs } from '../boot.ts';
import { kernel32, WindowsError } from '../native/kernel32.ts';

/** PERFORMANCE_INFORMATION: size, ten 64-bit counts, then handles, processes and threads. */
const PERFORMANCE_BYTES = 104;
const PROCESSES = 92;

/** Uptime and number of processes. Windows has no load average. */
export function createActivityCollector(): Collector {
  const performance = new DataView(new ArrayBuffer(PERFORMANCE_BYTES));
  const bytes = new Uint8Array(performance.buffer);
  return {
    name: 'activity',
    essential: false,
    sample(sink: SampleSink) {
      sink.device('uptime', uptimeMs() / 1000);
      if (!kernel32.K32GetPerformanceInfo(bytes, PERFORMANCE_BYTES)) {
        throw new WindowsError('GetPerformanceInfo', kernel32.GetLastError());
      }
      sink.device('processes', performance.getUint32(PROCESSES, true));
    },
  };
}
