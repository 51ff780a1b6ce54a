import { readFileSync, statSync } from 'node:fs';
import { unmapPages } from './libc.ts';

/**
 * The program itself is 100 MB of file-backed, read-only pages of which an idle agent touches few. Taken out of the process
 * now and then they come back from the system's cache when they are touched, without a look at the disk; that takes half
 * off what is resident. Anonymous memory is left alone: it is nowhere else. Libraries are, too: other processes have them
 * anyway, and one that is unloaded would leave its place to somebody's memory.
 */
export function createReleaseMemory(): () => void {
  let ranges: Range[] | undefined;
  return () => {
    ranges ??= unwrittenMappings(readFileSync('/proc/self/smaps', 'latin1'), statSync('/proc/self/exe').ino);
    for (const { from, length } of ranges) unmapPages(from, length);
  };
}

type Range = { readonly from: number; readonly length: number };

const MAPPING = /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ (\d+)/;

/**
 * Mappings of a file that this process cannot write and in which nothing was written, from the lines of /proc/self/smaps
 * (proc(5)). The second does not follow from the first: the loader writes addresses into pages and protects them then.
 */
export function unwrittenMappings(smaps: string, inode: number): Range[] {
  const ranges: Range[] = [];
  let current: Range | undefined;
  for (const line of smaps.split('\n')) {
    const [, start, end, access = '', file] = MAPPING.exec(line) ?? [];
    if (start !== undefined && end !== undefined) {
      const from = Number.parseInt(start, 16);
      const isWanted = Number(file) === inode && access[1] !== 'w';
      current = isWanted ? { from, length: Number.parseInt(end, 16) - from } : undefined;
    } else if (current && /^Anonymous: +0 kB/.test(line)) {
      ranges.push(current);
      current = undefined;
    }
  }
  return ranges;
}
