import type { Collector, SampleSink } from '../../os.ts';
import { libSystem } from '../native/system.ts';

const HOST_CPU_LOAD_INFO = 3;
const STATES = 4;
const IDLE = 2;

/** Busy share of all processors since the previous sample (host_statistics; ticks are 32 bits and wrap). */
export function createCpuCollector(): Collector {
  const host = libSystem.mach_host_self();
  const ticks = new Uint32Array(STATES);
  const count = new Uint32Array(1);
  let last: Uint32Array | undefined;
  return {
    name: 'cpu',
    essential: true,
    sample(sink: SampleSink) {
      count[0] = STATES;
      if (libSystem.host_statistics(host, HOST_CPU_LOAD_INFO, ticks, count) !== 0) {
        throw new Error('host_statistics refuses processor times');
      }
      const before = last;
      if (before) {
        const spent = [...ticks].map((value, state) => (value - (before[state] ?? 0)) >>> 0);
        const total = spent.reduce((sum, one) => sum + one, 0);
        if (total > 0) sink.device('cpu', 100 * (1 - (spent[IDLE] ?? 0) / total));
      }
      last = ticks.slice();
    },
  };
}
