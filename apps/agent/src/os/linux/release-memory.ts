import { readFileSync } from 'node:fs';
import { pageOut } from './libc.ts';

/**
 * The program itself is 100 MB of file-backed, read-only pages of which an idle agent touches few: once a minute they
 * are given back, which halves what is resident. Anonymous memory is left alone (there may be no swap for it).
 */
export function releaseMemory(): void {
  Bun.gc(true);
  for (const line of readFileSync('/proc/self/maps', 'latin1').split('\n')) {
    const [range = '', access = '', , , inode] = line.split(/\s+/);
    if (access[1] === 'w' || inode === '0' || inode === undefined) continue;
    const [from = 0, to = 0] = range.split('-').map((part) => Number.parseInt(part, 16));
    pageOut(from, to - from);
  }
}
