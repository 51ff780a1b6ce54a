import type { Collector, SampleSink } from '../../os.ts';
import { kernel32, WindowsError } from '../native/kernel32.ts';

/** Busy share of all processors since the previous sample (GetSystemTimes; kernel time includes idle time). */
export function createCpuCollector(): Collector {
  const idle = new BigUint64Array(1);
  const kernel = new BigUint64Array(1);
  const user = new BigUint64Array(1);
  let lastTotal = 0;
  let lastIdle = 0;
  return {
    name: 'cpu',
    essential: true,
    sample(sink: SampleSink) {
      if (!kernel32.GetSystemTimes(idle, kernel, user)) {
        throw new WindowsError('GetSystemTimes', kernel32.GetLastError());
      }
      const total = Number(kernel[0]) + Number(user[0]);
      const elapsed = total - lastTotal;
      if (lastTotal > 0 && elapsed > 0) {
        const share = 1 - (Number(idle[0]) - lastIdle) / elapsed;
        sink.device('cpu', Math.min(100, Math.max(0, 100 * share)));
      }
      lastTotal = total;
      lastIdle = Number(idle[0]);
    },
  };
}
