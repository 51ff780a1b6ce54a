import type { Collector, SampleSink } from '../../os.ts';
import { ProcFile } from '../proc-file.ts';

/** Busy share of all processors since the previous sample, from the first line of /proc/stat (proc(5)). */
export function createCpuCollector(root: string): Collector {
  const file = new ProcFile(`${root}/proc/stat`);
  let lastTotal = 0;
  let lastIdle = 0;
  return {
    name: 'cpu',
    essential: true,
    sample(sink: SampleSink) {
      const text = file.read();
      const ticks = text.slice(0, text.indexOf('\n')).split(/\s+/).slice(1).map(Number);
      // guest and guest_nice (the last two) are already in user and nice
      const total = ticks.slice(0, 8).reduce((sum, one) => sum + one, 0);
      const idle = (ticks[3] ?? 0) + (ticks[4] ?? 0);
      const elapsed = total - lastTotal;
      if (lastTotal > 0 && elapsed > 0) {
        sink.device('cpu', Math.min(100, Math.max(0, 100 * (1 - (idle - lastIdle) / elapsed))));
      }
      lastTotal = total;
      lastIdle = idle;
    },
  };
}
