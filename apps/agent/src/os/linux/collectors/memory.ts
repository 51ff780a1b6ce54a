import type { Collector, SampleSink } from '../../os.ts';
import { ProcFile } from '../proc-file.ts';

function bytesOf(text: string, key: string): number | undefined {
  const at = text.indexOf(`${key}:`);
  return at < 0 ? undefined : Number.parseInt(text.slice(at + key.length + 1), 10) * 1024;
}

/** Memory and swap from /proc/meminfo: used is total minus available, as `free` says it. */
export function createMemoryCollector(root: string): Collector {
  const file = new ProcFile(`${root}/proc/meminfo`);
  return {
    name: 'memory',
    essential: true,
    sample(sink: SampleSink) {
      const text = file.read();
      const total = bytesOf(text, 'MemTotal') ?? 0;
      // kernels before 3.14 have no MemAvailable
      const available =
        bytesOf(text, 'MemAvailable') ??
        (bytesOf(text, 'MemFree') ?? 0) + (bytesOf(text, '\nCached') ?? 0) + (bytesOf(text, 'Buffers') ?? 0);
      sink.device('memory.used', total - available);
      sink.device('memory.total', total);
      const swap = bytesOf(text, 'SwapTotal') ?? 0;
      sink.device('swap.used', swap - (bytesOf(text, 'SwapFree') ?? 0));
      sink.device('swap.total', swap);
    },
  };
}
