import { readFileSync } from 'node:fs';
import { pageOut } from './libc.ts';

/**
 * The program itself is 100 MB of file-backed, read-only pages of which an idle agent touches few: given back twice
 * a minute, they take two thirds off what is resident. Anonymous memory is left alone: there may be no swap for it.
 * The price are the pages that it does touch, read again from the disk each time (docs/benchmarks.md).
 */
export function createReleaseMemory(): () => void {
  let ranges: Range[] = [];
  let readAt = 0;
  return () => {
    // the program's own mappings stay; a library may be loaded later
    if (readAt++ % 60 === 0) ranges = readOnlyFiles(readFileSync('/proc/self/maps', 'latin1'));
    for (const { from, length } of ranges) pageOut(from, length);
  };
}

type Range = { readonly from: number; readonly length: number };

/** Mappings of files that this process does not write, from the lines of /proc/self/maps (proc(5)). */
export function readOnlyFiles(maps: string): Range[] {
  const ranges: Range[] = [];
  for (const line of maps.split('\n')) {
    const [range = '', access = '', , , inode] = line.split(/\s+/);
    if (access[1] === 'w' || inode === '0' || inode === undefined) continue;
    const [from = 0, to = 0] = range.split('-').map((part) => Number.parseInt(part, 16));
    ranges.push({ from, length: to - from });
  }
  return ranges;
}
