import { readdirSync } from 'node:fs';
import type { Collector, SampleSink } from '../../os.ts';
import { ProcFile } from '../proc-file.ts';

/** Counting processes lists a folder with an entry for each, so it is not done at every sample. */
const COUNT_EVERY_MS = 30_000;

/** Load, uptime and number of processes. */
export function createActivityCollector(root: string, now: () => number): Collector {
  const load = new ProcFile(`${root}/proc/loadavg`);
  const uptime = new ProcFile(`${root}/proc/uptime`);
  let processes = 0;
  let countedAt = Number.NEGATIVE_INFINITY;
  return {
    name: 'activity',
    essential: false,
    sample(sink: SampleSink) {
      sink.device('load', Number.parseFloat(load.read()));
      sink.device('uptime', Number.parseFloat(uptime.read()));
      if (now() - countedAt >= COUNT_EVERY_MS) {
        countedAt = now();
        processes = readdirSync(`${root}/proc`).filter((name) => name >= '0' && name < ':').length;
      }
      sink.device('processes', processes);
    },
  };
}
