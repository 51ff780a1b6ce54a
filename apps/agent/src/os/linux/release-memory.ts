import { readFileSync } from 'node:fs';
import { pageOut } from './libc.ts';

/** Above this the pages go; what an idle agent touches, with its own memory, lies below (bytes). */
const RELEASE_ABOVE_BYTES = 15 * 1024 * 1024;

/**
 * The program itself is 100 MB of file-backed, read-only pages of which an idle agent touches few: given back, they take
 * two thirds off what is resident. They come back one by one as they are touched, each a wait for the disk, so they go
 * only when more is resident than the agent at rest needs: at its start, and after it had something to do. Anonymous
 * memory is left alone: there may be no swap for it.
 */
export function createReleaseMemory(residentBytes: () => number): () => void {
  let ranges: Range[] = [];
  let readAt = 0;
  return () => {
    if (residentBytes() < RELEASE_ABOVE_BYTES) return;
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
