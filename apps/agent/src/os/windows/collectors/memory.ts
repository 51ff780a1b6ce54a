import type { Collector, SampleSink } from '../../os.ts';
import { kernel32, WindowsError } from '../native/kernel32.ts';
import { queryPageFiles } from '../native/ntdll.ts';
import { parsePageFiles } from '../tables/page-files.ts';

const PAGE_BYTES = 4096;
/** MEMORYSTATUSEX: length and load (32 bits each), then total and available as 64 bits. */
const STATUS_BYTES = 64;
const status = new DataView(new ArrayBuffer(STATUS_BYTES));
const statusBytes = new Uint8Array(status.buffer);

/** Bytes of physical memory, and how many of them a program could have now. */
export function readMemory(): { total: number; available: number } {
  status.setUint32(0, STATUS_BYTES, true);
  if (!kernel32.GlobalMemoryStatusEx(statusBytes)) {
    throw new WindowsError('GlobalMemoryStatusEx', kernel32.GetLastError());
  }
  return {
    total: Number(status.getBigUint64(8, true)),
    available: Number(status.getBigUint64(16, true)),
  };
}

/** Memory, and what lies in the page files. */
export function createMemoryCollector(): Collector {
  return {
    name: 'memory',
    essential: true,
    sample(sink: SampleSink) {
      const { total, available } = readMemory();
      sink.device('memory.used', total - available);
      sink.device('memory.total', total);
      const pageFiles = queryPageFiles();
      if (!pageFiles) return;
      const { totalPages, usedPages } = parsePageFiles(pageFiles.bytes);
      sink.device('swap.used', usedPages * PAGE_BYTES);
      sink.device('swap.total', totalPages * PAGE_BYTES);
    },
  };
}
