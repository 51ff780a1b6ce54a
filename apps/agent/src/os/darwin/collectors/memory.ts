import type { Collector, SampleSink } from '../../os.ts';
import { libSystem, readNumber, readSetting } from '../native/system.ts';
import { MEMORY_WORDS, parseSwap, parseUsedPages } from '../structs/memory.ts';

const HOST_VM_INFO64 = 4;

/** Memory and swap. */
export function createMemoryCollector(): Collector {
  const host = libSystem.mach_host_self();
  const total = readNumber('hw.memsize');
  const pageBytes = readNumber('hw.pagesize');
  const statistics = new Uint8Array(MEMORY_WORDS * 4);
  const count = new Uint32Array(1);
  return {
    name: 'memory',
    essential: true,
    sample(sink: SampleSink) {
      count[0] = MEMORY_WORDS;
      if (libSystem.host_statistics64(host, HOST_VM_INFO64, statistics, count) !== 0) {
        throw new Error('host_statistics64 refuses memory');
      }
      sink.device('memory.used', Math.min(total, parseUsedPages(statistics) * pageBytes));
      sink.device('memory.total', total);
      const usage = readSetting('vm.swapusage', 64);
      if (!usage) return;
      const swap = parseSwap(usage);
      sink.device('swap.used', swap.used);
      sink.device('swap.total', swap.total);
    },
  };
}
